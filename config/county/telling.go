package county

import (
	"slices"
	"strings"
	"time"

	"github.com/goccy/go-yaml/ast"
)

// Telling is when staff are told of something outside of the desk. What is P0 goes out at once, day and night.
type Telling struct {
	Quiet    Span          // of a day, often over midnight (From > To): nothing else goes out in it; an empty one is none
	Digest   time.Duration // after midnight: when everybody gets the day's digest
	AtOnce   []AtOnce      // what does not wait for it
	KeepDays int           // how long the log of what was sent is kept
	Source   Source
}

// AtOnce is what is told as soon as it is not quiet: the kinds of notices of a priority.
type AtOnce struct {
	Priority string   `yaml:"priority"`
	Kinds    []string `yaml:"kinds"`
}

// Soon says whether a notice does not wait for the digest.
func (t *Telling) Soon(priority, kind string) bool {
	return slices.ContainsFunc(t.AtOnce, func(a AtOnce) bool { return a.Priority == priority && slices.Contains(a.Kinds, kind) })
}

// Quiet says whether nothing that can wait goes out at a time.
func (p *Profile) Quiet(t time.Time) bool {
	q, since := p.Telling.Quiet, t.Sub(p.Day(t))
	if q.From <= q.To {
		return q.From <= since && since < q.To
	}
	return since >= q.From || since < q.To
}

// noticeText begins the key of the text that names a kind of notices.
const noticeText = "tell.kind."

// NoticeKinds are the kinds of notices that a profile has names for.
func NoticeKinds() []string {
	var kinds []string
	for key := range TextKeys() {
		if kind, ok := strings.CutPrefix(key, noticeText); ok {
			kinds = append(kinds, kind)
		}
	}
	slices.Sort(kinds)
	return kinds
}

// NoticeName is how the county calls a kind of notices.
func (p *Profile) NoticeName(kind string) string { return p.Texts[noticeText+kind] }

// telling reads the part of casework.yaml that says when staff are told.
func (l *loader) telling(p *Profile, at place, node ast.Node) {
	var r struct {
		Quiet    string   `yaml:"quiet"`
		Digest   string   `yaml:"digest"`
		AtOnce   []AtOnce `yaml:"at_once"`
		KeepDays int      `yaml:"keep_days"`
		Source   Source   `yaml:",inline"`
	}
	if node == nil || !l.decode(at, node, &r) {
		return // reported already
	}
	t := &p.Telling
	t.AtOnce, t.KeepDays, t.Source = r.AtOnce, r.KeepDays, r.Source
	from, to, _ := strings.Cut(r.Quiet, "-")
	var ok1, ok2, ok3 bool
	t.Quiet.From, ok1 = clockTime(from)
	t.Quiet.To, ok2 = clockTime(to)
	t.Digest, ok3 = clockTime(r.Digest)
	if r.Quiet != "" && !(ok1 && ok2) {
		l.bad(at, "不打扰的时间“"+r.Quiet+"”不对", "quiet 写成 21:30-07:00 这样，可以过半夜；不要就写 \"\"")
	}
	if !ok3 || ok1 && ok2 && p.Quiet(time.Date(2026, 1, 1, 0, 0, 0, 0, p.Zone).Add(t.Digest)) {
		l.bad(at, "发汇总的时间“"+r.Digest+"”不对", "digest 写成 08:00 这样，不能落在 quiet 里头")
	}
	if t.KeepDays < 1 || t.KeepDays > 3660 {
		l.bad(at, "留多少天的天数不对", "keep_days 写 1 到 3660 的整数")
	}
	priority := l.known("等级", names(p.Priorities, func(p Priority) string { return p.ID }))
	kind := l.known("通知", NoticeKinds())
	for _, a := range t.AtOnce {
		priority(at, a.Priority)
		for _, k := range a.Kinds {
			kind(at, k)
		}
	}
	l.source(at, t.Source)
}

// clockTime reads 08:30.
func clockTime(s string) (time.Duration, bool) {
	t, err := time.Parse("15:04", s)
	return time.Duration(t.Hour())*time.Hour + time.Duration(t.Minute())*time.Minute, err == nil
}
