package county

import (
	"embed"
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"slices"
	"strings"
	"sync"
	"time"
	_ "time/tzdata" // a bare machine has no files of time zones
)

//go:embed fangshan
var embedded embed.FS

// Files is the embedded profile as a folder, for `county export`.
func Files() fs.FS {
	dir, err := fs.Sub(embedded, "fangshan")
	if err != nil {
		panic(err) // only for an invalid path, and this one is a constant
	}
	return dir
}

// Embedded is the 方山 profile that ships with the program. It is read once; what is announced to the calendar of one
// stays out of the others.
func Embedded() (*Profile, error) {
	p, err := readEmbedded()
	if err != nil {
		return nil, err
	}
	own := *p
	own.Calendar = p.Calendar.alone()
	return &own, nil
}

var readEmbedded = sync.OnceValues(func() (*Profile, error) {
	p, problems := Load(Files())
	if p == nil {
		return nil, fmt.Errorf("county: embedded profile: %v", problems)
	}
	return p, nil
})

// Load reads and validates a profile folder. All problems are returned at once; the profile is nil when there is one.
func Load(dir fs.FS) (*Profile, []Problem) {
	l := &loader{dir: dir}
	p := &Profile{}
	l.about(p)
	l.places(p)
	l.matters(p)
	l.questions(p)
	l.hotline(p)
	l.match(p)
	l.clocks(p)
	l.casework(p)
	l.ledger(p)
	l.publicity(p)
	l.words(p)
	l.learned(p)
	l.joined(p)
	l.apart(p)
	l.chemicals(p)
	l.rules(p)
	l.rewards(p)
	l.answers(p)
	l.texts(p)
	if len(l.problems) > 0 {
		return nil, l.problems
	}
	p.makeIndex()
	for i, c := range p.Categories {
		r, _ := p.Route(c.ID)
		p.Categories[i].Oversight, p.Categories[i].Sealed = r.Oversight, r.Sealed
	}
	return p, nil
}

// Check finds every problem of a profile folder, and warns of what will be missing soon.
func Check(dir fs.FS) []Problem { return CheckAt(dir, time.Now()) }

// CheckAt is Check on a given day.
func CheckAt(dir fs.FS, now time.Time) []Problem {
	p, problems := Load(dir)
	if p == nil {
		return problems
	}
	for _, y := range p.MissingYears(now) {
		problems = append(problems, Problem{File: holidaysFile, Warning: true,
			What:   fmt.Sprintf("没有 %d 年的节假日，到时候只按周六周日算", y),
			Remedy: "国务院办公厅的放假通知出来以后，把放假和补班的日子加进去"})
	}
	return append(append(problems, p.reviewProblems()...), p.coverageProblems(now)...)
}

// about reads profile.yaml.
func (l *loader) about(p *Profile) {
	const file = "profile.yaml"
	var from, to, zone string
	var hours []string
	match := struct {
		Link float64 `yaml:"link"`
		Join float64 `yaml:"join"`
		Ask  float64 `yaml:"ask"`
		Days int     `yaml:"days"`
	}{}
	review := struct {
		Place    float64 `yaml:"place"`
		Category float64 `yaml:"category"`
	}{}
	evidence := evidenceRow{Photo: "open", Voice: "cautious", Video: "locked", VoiceMinutes: 5, VideoMinutes: 2}
	lines := l.fields(file, map[string]any{"code": &p.Code, "name": &p.Name, "city": &p.City, "region": &p.Region, "version": &p.Version,
		"effective_from": &from, "effective_to": &to, "zone": &zone, "office_hours": &hours, "match": &match,
		"review": &review, "evidence": &evidence}, "evidence")
	if lines == nil {
		p.Zone = time.UTC
		return
	}
	at := func(key string) place { return place{file, lines[key]} }
	for key, v := range map[string]string{"name": p.Name, "city": p.City, "region": p.Region, "version": p.Version} {
		l.need(at(key), key, v)
	}
	if !digits(p.Code, 6) {
		l.bad(at("code"), "县的代码“"+p.Code+"”不对", "写 6 位区划代码，加英文双引号")
	}
	var err error
	if p.Zone, err = time.LoadLocation(zone); err != nil || zone == "" || zone == "Local" {
		l.bad(at("zone"), "时区“"+zone+"”不认识", "写 Asia/Shanghai")
		p.Zone = time.UTC
	}
	if p.From, err = time.ParseInLocation(time.DateOnly, from, p.Zone); err != nil {
		l.bad(at("effective_from"), "起用日期“"+from+"”不对", "写成 2026-11-23 这样")
	}
	if to != "" {
		if p.To, err = time.ParseInLocation(time.DateOnly, to, p.Zone); err != nil {
			l.bad(at("effective_to"), "停用日期“"+to+"”不对", "写成 2026-11-23 这样，或者空着")
		} else if !p.To.After(p.From) {
			l.bad(at("effective_to"), "停用日期不在起用日期后面", "把停用日期改晚，或者空着")
		}
	}
	p.OfficeHours = l.officeHours(at("office_hours"), hours)
	p.Match.Link, p.Match.Join, p.Match.Ask, p.Match.Days = match.Link, match.Join, match.Ask, match.Days
	if p.Match.Ask <= 0 || p.Match.Ask > p.Match.Link || p.Match.Link > 1 || p.Match.Join <= 0.5 || p.Match.Join > 1 || p.Match.Days < 1 {
		l.bad(at("match"), "并案的分数不对", "ask 大于 0、不大于 link，link 不大于 1，join 大于 0.5、不大于 1，days 至少 1")
	}
	p.Evidence = l.evidence(at("evidence"), evidence)
	p.Review = Review{review.Place, review.Category}
	for _, c := range []float64{p.Review.Place, p.Review.Category} {
		if c <= 0 || c > 1 {
			l.bad(at("review"), "请人看的把握不对", "place、category 都写 0 到 1 之间的数，比如 0.7")
			break
		}
	}
}

// evidenceRow is how a folder writes Evidence; what it leaves out is as in the built-in profile.
type evidenceRow struct {
	Photo        string `yaml:"photo"`
	Voice        string `yaml:"voice"`
	Video        string `yaml:"video"`
	VoiceMinutes int    `yaml:"voice_minutes"`
	VideoMinutes int    `yaml:"video_minutes"`
}

func (l *loader) evidence(at place, r evidenceRow) Evidence {
	level := l.known("保密程度", names(Levels(), func(v Level) string { return string(v) }))
	for _, v := range []string{r.Photo, r.Voice, r.Video} {
		level(at, v)
	}
	for _, n := range []int{r.VoiceMinutes, r.VideoMinutes} {
		if n < 1 || n > 30 {
			l.bad(at, "录音、录像的长度不对", "voice_minutes、video_minutes 写 1 到 30 的整数，是分钟")
			break
		}
	}
	return Evidence{Level(r.Photo), Level(r.Voice), Level(r.Video), r.VoiceMinutes, r.VideoMinutes}
}

// officeHours reads spans such as 08:30-12:00 that follow one another.
func (l *loader) officeHours(at place, hours []string) []Span {
	var spans []Span
	last := time.Duration(-1)
	for _, h := range hours {
		a, b, _ := strings.Cut(h, "-")
		from, err1 := time.Parse("15:04", a)
		to, err2 := time.Parse("15:04", b)
		day := time.Date(0, 1, 1, 0, 0, 0, 0, time.UTC)
		s := Span{from.Sub(day), to.Sub(day)}
		if errors.Join(err1, err2) != nil || s.From <= last || s.From >= s.To {
			l.bad(at, "上班时间“"+h+"”不对", "写成 08:30-12:00 这样，早的在前，不要重叠")
			return nil
		}
		last = s.To
		spans = append(spans, s)
	}
	if len(spans) == 0 {
		l.bad(at, "没有上班时间", "至少写一段，如 08:30-12:00")
	}
	return spans
}

const textsFile = "texts.yaml"

// texts reads texts.yaml.
func (l *loader) texts(p *Profile) {
	const file = textsFile
	p.Texts = map[string]string{}
	wanted := TextKeys()
	lines := l.mapping(file)
	if lines == nil {
		return
	}
	marks, marked := map[string]*string{"version": &p.TextsReview.Version, "reviewed_by": &p.TextsReview.By, "reviewed_on": &p.TextsReview.On, "reviewed_sum": &p.TextsReview.Sum}, map[string]int{}
	for _, v := range lines {
		key, at := v.Key.GetToken().Value, place{file, v.Key.GetToken().Position.Line}
		if mark := marks[key]; mark != nil {
			marked[key] = at.line
			l.decode(at, v.Value, mark)
			continue
		}
		verbs, known := wanted[key]
		if !known {
			l.bad(at, "不认识的话“"+key+"”", "程序用不到它，删掉，或者看看是不是写错了字")
			continue
		}
		var text string
		if !l.decode(at, v.Value, &text) {
			continue
		}
		l.need(at, key, text)
		if strings.Count(text, "%s") != verbs || strings.Count(text, "%") != verbs {
			l.bad(at, fmt.Sprintf("“%s”里应当正好有 %d 个 %%s", key, verbs), "程序会把单位名或者日期填在 %s 的地方；别的地方不要用百分号")
		}
		p.Texts[key] = text
	}
	for _, key := range sorted(wanted) {
		if _, ok := p.Texts[key]; !ok {
			l.bad(place{file: file}, "缺少这句话“"+key+"”", "补上一行 “"+key+": ……”，可以照自带的写")
		}
	}
	for _, key := range reviewKeys {
		if marked[key] == 0 {
			l.bad(place{file: file}, "缺少字段“"+key+"”", "补上一行 “"+key+": ……”，没有审过的写 \"\"")
		}
	}
	l.review(p, func(key string) place { return place{file, marked[key]} })
}

func sorted[V any](m map[string]V) []string { return slices.Sorted(maps.Keys(m)) }

func digits(s string, n int) bool {
	return len(s) == n && strings.Trim(s, "0123456789") == ""
}
