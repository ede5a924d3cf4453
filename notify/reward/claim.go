package reward

import (
	"context"
	"crypto/subtle"
	"encoding/base64"
	"encoding/binary"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"qianshao/config/county"
	"qianshao/config/engine/docs"
	"qianshao/intake"
	"qianshao/intake/fault"
	"qianshao/intake/vault"
)

// Limits of what a payee says, in characters.
const (
	maxName = 40
	maxMeet = 200
)

// visitLife is how long the page is good on which somebody says how to be paid.
const visitLife = time.Hour

// Visit is an opened claim code. Token goes into the page, so that the code itself does not.
type Visit struct {
	Token string
	Award *Award // nil as long as nobody has proposed one
}

// Enter opens a claim code. An unknown code costs as much as a right one and changes nothing: there is no count of tries by code, so that guessing locks
// nobody out. fault code.unknown, those of intake.ParseCode, busy.look.
func (s *Service) Enter(ctx context.Context, typed string) (*Visit, error) {
	_, c, err := s.byCode(ctx, typed)
	if err != nil {
		return nil, err
	}
	form := vault.NewID(formBytes)
	b := binary.BigEndian.AppendUint64(nil, uint64(s.Now().Add(visitLife).Unix()))
	sealed, err := s.Vault.Seal("reward visit", "", append(b, form+c.Lookup...))
	if err != nil {
		return nil, wrap(err)
	}
	v := &Visit{Token: base64.RawURLEncoding.EncodeToString(sealed)}
	switch a, err := s.awards.Get(ctx, c.Award); {
	case err == nil:
		v.Award = &a
	case !errors.Is(err, docs.ErrNotFound):
		return nil, wrap(err)
	}
	return v, nil
}

// formBytes make the name of a page, written in twice as many digits.
const formBytes = 16

func (s *Service) byCode(ctx context.Context, typed string) (intake.Code, claim, error) {
	code, err := intake.ParseCode(typed)
	if err != nil {
		return "", claim{}, err
	}
	lookup, _, err := s.Vault.Slow(ctx, "claim code", []byte(code))
	if err != nil {
		return "", claim{}, fmt.Errorf("reward: %w", fault.New(fault.Busy, "busy.look").Because(err))
	}
	c, err := s.claims.Get(ctx, lookup)
	if errors.Is(err, docs.ErrNotFound) {
		err = fault.New(fault.NotFound, "code.unknown").On("code").Because(err)
	}
	return code, c, wrap(err)
}

// Standing is what the holder of a query code is told.
type Standing struct {
	Wished bool
	Award  *Award // nil when there is none
}

// Standing says how a tip's reward stands.
func (s *Service) Standing(ctx context.Context, tip intake.TipID) (Standing, error) {
	id := s.ID(tip)
	_, wished, err := s.wish(ctx, id)
	if err != nil || !wished {
		return Standing{}, err
	}
	a, ok, err := s.OfTip(ctx, tip)
	if err != nil || !ok {
		return Standing{Wished: true}, err
	}
	return Standing{Wished: true, Award: &a}, nil
}

// Payee is how, and to whom, a reward is to be paid. It refuses to be printed.
type Payee struct {
	Way            Way
	Name, IDNumber string
	Bank, Account  string
	Meet           string // where and when, for Place
	Declared       bool   // that the rules exclude the person by nothing
}

// Format hides the payee from every verb of fmt.
func (Payee) Format(f fmt.State, _ rune) { _, _ = fmt.Fprint(f, "[payee]") }

// Claim says how the reward is to be paid, seals at once who is paid, and gives the second code, which proves at the counter that the money goes to who claimed
// it. The same page sent again gives the same code; with another payee it gets claim.other, and nothing is changed; any other page gets reward.claimed.
// faults claim.stale, claim.other, reward.claimed, reward.revoked, reward.expired, reward.draft,
// reward.state, and a fault.List about fields.
func (s *Service) Claim(ctx context.Context, token string, p Payee) (intake.Code, Award, error) {
	lookup, form, ok := s.visit(token)
	if !ok {
		return "", Award{}, fault.New(fault.Invalid, "claim.stale")
	}
	c, err := s.claims.Get(ctx, lookup)
	if err != nil {
		return "", Award{}, wrap(err)
	}
	a, err := s.get(ctx, c.Award)
	if err != nil {
		return "", Award{}, err
	}
	p = p.clean()
	payer := s.Vault.MAC("reward payer", []byte(a.ID), []byte(form), []byte(p.Way), []byte(p.words()), []byte(p.Meet))
	same := func(a *Award) (bool, error) {
		if a.Form != form || a.State != Claimed {
			return false, nil
		}
		if subtle.ConstantTimeCompare(a.Payer, payer) != 1 {
			return true, fault.New(fault.Conflict, "claim.other")
		}
		return true, nil
	}
	if again, err := same(&a); again {
		if err != nil {
			return "", Award{}, err
		}
		return s.second(&a), a, nil
	}
	holder := Actor{Party: Holder}
	if _, err := s.mayClaim(&a, holder); err != nil {
		return "", Award{}, err
	}
	r := &s.Profile.Rewards
	if wrong := p.check(r); len(wrong) > 0 {
		return "", Award{}, wrong
	}
	var payee, meet vault.Sealed
	if r.Mode == county.RealnameAtClaim {
		if payee, err = s.Vault.ForOfficers(intake.ForOfficers("award/"+s.Slip(a.ID), p.words())); err != nil {
			return "", Award{}, wrap(err)
		}
	}
	if p.Way == Place {
		if meet, err = s.Vault.Seal(sealMeet, a.ID, []byte(p.Meet)); err != nil {
			return "", Award{}, wrap(err)
		}
	}
	if err := s.Custody.Note(ctx, subject(a.ID), "tipster", string(Claim), ""); err != nil {
		return "", Award{}, wrap(err)
	}
	a, err = s.change(ctx, a.ID, func(a *Award) error {
		if again, err := same(a); again { // sent twice at the same time
			return err
		}
		t, err := s.mayClaim(a, holder)
		if err != nil {
			return err
		}
		a.Way, a.Claim, a.Form, a.Payee, a.Meet, a.Payer = p.Way, lookup, form, payee, meet, payer
		a.step(t, holder, s.Now(), nil)
		return nil
	})
	if err != nil {
		return "", Award{}, err
	}
	return s.second(&a), a, nil
}

func (s *Service) mayClaim(a *Award, holder Actor) (Transition, error) {
	t, err := a.may(&s.Profile.Rewards, Claim, holder, false)
	switch {
	case slices.Contains([]State{Claimed, Raised, Verified, Paid, Filed}, a.State):
		return t, fault.New(fault.Conflict, "reward.claimed")
	case a.State == Revoked:
		return t, fault.New(fault.Conflict, "reward.revoked")
	case a.State == Expired, a.Over(s.Now()):
		return t, fault.New(fault.Conflict, "reward.expired")
	}
	return t, err
}

func (s *Service) visit(token string) (lookup, form string, ok bool) {
	sealed, err := base64.RawURLEncoding.Strict().DecodeString(token)
	if err != nil {
		return "", "", false
	}
	b, err := s.Vault.Open("reward visit", "", sealed)
	if err != nil || len(b) < 8+2*formBytes || s.Now().Unix() >= int64(binary.BigEndian.Uint64(b)) {
		return "", "", false
	}
	return string(b[8+2*formBytes:]), string(b[8 : 8+2*formBytes]), true
}

// second is the code that proves the payment. It is derived, so that nothing of it is stored.
func (s *Service) second(a *Award) intake.Code {
	return intake.CodeFrom(s.Vault.MAC("reward second", []byte(a.ID), []byte(a.Claim), []byte(a.Form)))
}

func (s *Service) isSecond(a *Award, typed string) bool {
	code, err := intake.ParseCode(typed)
	return err == nil && a.Form != "" && subtle.ConstantTimeCompare([]byte(code), []byte(s.second(a))) == 1
}

// MeetWords opens where and when somebody wants to be met; "" when nobody does.
func (s *Service) MeetWords(a *Award) (string, error) {
	if len(a.Meet) == 0 {
		return "", nil
	}
	words, err := s.Vault.Open(sealMeet, a.ID, a.Meet)
	return string(words), wrap(err)
}

// Payee gives what is sealed to the officers, to who pays, once the code was checked; the look is noted. faults reward.gone, reward.state.
func (s *Service) Payee(ctx context.Context, by Actor, id string) (number string, sealed vault.Sealed, err error) {
	a, err := s.get(ctx, id)
	if err != nil {
		return "", nil, err
	}
	if by.Party != Finance || len(a.Payee) == 0 || !slices.Contains([]State{Verified, Paid, Filed}, a.State) {
		return "", nil, fault.New(fault.Conflict, "reward.state")
	}
	return s.Slip(id), a.Payee, wrap(s.Custody.Note(ctx, subject(id), by.ID, "payee", ""))
}

func (p Payee) clean() Payee {
	line := func(s string) string { s, _ = intake.CleanLine(s); return strings.TrimSpace(s) }
	narrow := func(s string) string {
		return strings.Map(func(r rune) rune {
			switch {
			case r >= '０' && r <= '９':
				return r - '０' + '0'
			case unicode.IsSpace(r) || r == '-':
				return -1
			}
			return unicode.ToUpper(r)
		}, line(s))
	}
	p.Name, p.Bank, p.Meet = line(p.Name), line(p.Bank), line(p.Meet)
	p.IDNumber, p.Account = narrow(p.IDNumber), narrow(p.Account)
	return p
}

// check says what is wrong beside each field: way, name, id_number, bank, account, meet, declared.
func (p Payee) check(r *county.Rewards) fault.List {
	var all fault.List
	bad := func(ok bool, field string, f *fault.Error) {
		if !ok {
			all = append(all, f.On(field))
		}
	}
	bad(slices.Contains(Ways(r.Mode), p.Way), "way", fault.New(fault.Invalid, "claim.way"))
	if r.Mode == county.RealnameAtClaim {
		n := utf8.RuneCountInString(p.Name)
		bad(n >= 2 && n <= maxName, "name", fault.New(fault.Invalid, "claim.name"))
		bad(validID(p.IDNumber), "id_number", fault.New(fault.Invalid, "claim.id_number"))
	}
	if p.Way == Account {
		n := utf8.RuneCountInString(p.Bank)
		bad(n >= 2 && n <= maxName, "bank", fault.New(fault.Invalid, "claim.bank"))
		bad(len(p.Account) >= 8 && len(p.Account) <= 30 && strings.Trim(p.Account, "0123456789") == "", "account", fault.New(fault.Invalid, "claim.account"))
	}
	if p.Way == Place {
		n := utf8.RuneCountInString(p.Meet)
		bad(n >= 4 && n <= maxMeet, "meet", fault.New(fault.Invalid, "claim.meet", maxMeet))
	}
	bad(p.Declared, "declared", fault.New(fault.Invalid, "claim.declared"))
	return all
}

// words are what the officers read.
func (p Payee) words() string {
	lines := []string{"姓名：" + p.Name, "身份证号：" + p.IDNumber}
	if p.Way == Account {
		lines = append(lines, "开户行："+p.Bank, "账号："+p.Account)
	}
	return strings.Join(lines, "\n")
}

// validID checks the number of an identity card, with its check character (GB 11643-1999, ISO 7064 MOD 11-2).
func validID(id string) bool {
	if len(id) != 18 {
		return false
	}
	sum := 0
	for i := range 17 {
		if id[i] < '0' || id[i] > '9' {
			return false
		}
		sum += int(id[i]-'0') * (1 << (17 - i) % 11)
	}
	return id[17] == "10X98765432"[sum%11]
}

// Visited is the award of a page, to be shown again on it; nil when the page is too old or nothing can be read.
func (s *Service) Visited(ctx context.Context, token string) *Award {
	lookup, _, ok := s.visit(token)
	if !ok {
		return nil
	}
	c, err := s.claims.Get(ctx, lookup)
	if err != nil {
		return nil
	}
	a, err := s.awards.Get(ctx, c.Award)
	if err != nil {
		return nil
	}
	return &a
}
