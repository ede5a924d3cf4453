package reward

import (
	"fmt"

	"qianshao/config/county"
)

// Basis is what a case recorded that an amount is computed from, and no more. Money is in 分.
type Basis struct {
	Decisions   int // penalties in force
	Fine        int64
	Confiscated int64
	Level       string // of a concealed accident; "" is none
	Deaths      int    // that were concealed, as verified
	Joint       bool   // several people signed the tip
}

// Amount is a reward with why it is so much.
type Amount struct {
	Fen     int64
	Open    bool     // the county has not decided how much: 待核定
	By      []string // by which rules, in words that tell nothing of the basis
	Reasons []string
}

// Compute is the amount of a basis under the county's rules: for share per cent of it, and with the uplift for a person who works there once that is proved.
// Every step rounds half up to the 分 (rounding in rewards.yaml).
func Compute(r *county.Rewards, b Basis, share int, uplift bool) Amount {
	var a Amount
	var parts []int64
	if base := b.base(r); base > 0 {
		parts = append(parts, a.ofFine(r, b, base))
	}
	if b.Level != "" {
		parts = append(parts, a.ofConcealment(r, b))
	}
	switch {
	case len(parts) == 0 && r.NoFineFen == nil:
		return Amount{Open: true, Reasons: []string{"没有罚款。没有罚款怎么奖，县里还没有定"}}
	case len(parts) == 0:
		a.Fen = *r.NoFineFen
		a.by("没有罚款的定数")
		a.say("没有罚款的，县里定的是 %s 元", Yuan(a.Fen))
	case len(parts) == 1:
		a.Fen = parts[0]
	case r.Both == "sum":
		a.Fen = parts[0] + parts[1]
		a.by("两项相加")
		a.say("两项相加，是 %s 元", Yuan(a.Fen))
	default:
		a.Fen = max(parts[0], parts[1])
		a.by("两项按高的一项")
		a.say("两项按高的一项，是 %s 元", Yuan(a.Fen))
	}
	if uplift && r.UpliftPercent != nil {
		a.uplift(r)
	}
	if share != 100 {
		a.Fen = percent(a.Fen, share)
		a.by("得其中 %d%%", share)
		a.say("不是先报的，得其中 %d%%，是 %s 元", share, Yuan(a.Fen))
	}
	return a
}

// base is the money of which the reward is a part.
func (b Basis) base(r *county.Rewards) int64 {
	if r.WithConfiscated {
		return b.Fine + b.Confiscated
	}
	return b.Fine
}

// ofFine is the rule "clamp(round2(fine × pct), min, max)", 安监总财〔2018〕19号 第十一条第一项.
func (a *Amount) ofFine(r *county.Rewards, b Basis, base int64) int64 {
	what := "罚款"
	if r.WithConfiscated && b.Confiscated > 0 {
		what = "罚款加没收"
	}
	part := percent(base, r.PercentOfFine)
	a.say("%d 份处罚决定，%s共 %s 元，%d%% 是 %s 元", b.Decisions, what, Yuan(base), r.PercentOfFine, Yuan(part))
	switch {
	case part < r.MinFen:
		a.by("最少 %s 元", Yuan(r.MinFen))
		a.say("不足 %s 元，按 %s 元", Yuan(r.MinFen), Yuan(r.MinFen))
	case part > r.MaxFen:
		a.by("最多 %s 元", Yuan(r.MaxFen))
		a.say("最多 %s 元", Yuan(r.MaxFen))
	default:
		a.by("%s的 %d%%", what, r.PercentOfFine)
	}
	return min(max(part, r.MinFen), r.MaxFen)
}

// ofConcealment is "min(per_death[level] × deaths, max)", 安监总财〔2018〕19号 第十一条第二项.
func (a *Amount) ofConcealment(r *county.Rewards, b Basis) int64 {
	each := r.PerDeathFen[b.Level]
	part := each * int64(b.Deaths)
	a.say("瞒报、谎报%s，查实 %d 人，每人 %s 元，是 %s 元", LevelName(b.Level), b.Deaths, Yuan(each), Yuan(part))
	if part > r.ConcealMaxFen {
		a.by("瞒报最多 %s 元", Yuan(r.ConcealMaxFen))
		a.say("最多 %s 元", Yuan(r.ConcealMaxFen))
	} else {
		a.by("瞒报按人数")
	}
	return min(part, r.ConcealMaxFen)
}

func (a *Amount) uplift(r *county.Rewards) {
	most := r.MaxFen
	if r.InsiderMaxFen != nil {
		most = *r.InsiderMaxFen
	}
	more := percent(a.Fen, 100+*r.UpliftPercent)
	a.Fen = max(a.Fen, min(more, most)) // an uplift never takes away; the words do not say who it is for: that narrows who it is
	a.by("按办法核增")
	a.say("按办法核增，最多 %s 元，是 %s 元", Yuan(most), Yuan(a.Fen))
}

func (a *Amount) by(format string, args ...any) {
	a.By = append(a.By, fmt.Sprintf(format, args...))
}

func (a *Amount) say(format string, args ...any) {
	a.Reasons = append(a.Reasons, fmt.Sprintf(format, args...))
}

// percent is p per cent of fen, rounded half up.
func percent(fen int64, p int) int64 { return (fen*int64(p) + 50) / 100 }

// LevelName is the level of an accident in Chinese.
func LevelName(level string) string {
	return map[string]string{"general": "一般事故", "larger": "较大事故", "major": "重大事故", "extra": "特别重大事故"}[level]
}

// Yuan writes a number of 元 as the tables of the desk do: 3,000 or 3,000.50.
func Yuan(fen int64) string { return county.Amount(fen) }
