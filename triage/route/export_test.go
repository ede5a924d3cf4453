//go:build eval

package route

import (
	"cmp"
	"maps"
	"slices"

	"qianshao/config/county"
)

// Reading is what is learned from one tip.
type Reading struct {
	Said, Concluded, Alarmed map[int]float64 // features
	Words                    county.LearnedClass
	Ticked                   bool // a strong sign
	Alarm                    bool // by the words' lists alone
	AlarmCounts              float64
	Event                    bool // one is told as happening
}

// Learn reads a tip as Decide does.
func (r *Router) Learn(f Facts) Reading {
	f = r.simple(f)
	text := r.read(f.Texts)
	e, primary := r.words(f, text, r.accuses(f))
	said, _ := r.said(text, f)
	out := Reading{Said: said, Words: r.classOf(primary, e.facts.Hints)}
	out.Ticked = e.ticked
	out.Concluded = concluded(e, out.Words)
	out.Alarmed, out.Event = r.alarmed(f.Texts), len(r.happening(f.Texts)) > 0
	_, out.Alarm = r.urgent(f.Texts)
	out.AlarmCounts = alarmCount(f.Texts)
	return out
}

// Rings reports whether a score of what was learned makes an emergency of the tip as a whole; alarm hears its parts besides.
func (r *Reading) Rings(z float64) bool {
	if r.Alarm {
		return z+r.AlarmCounts >= 0
	}
	return z >= alone && r.Event
}

// Choose picks a class as Decide does.
func (r *Router) Choose(x map[int]float64, e *Reading) county.LearnedClass {
	class, _, _ := r.learn(x, e.Words, e.Ticked)
	return class
}

// LeadOf is who leads a class.
func (r *Router) LeadOf(c county.LearnedClass) string { return r.leads[c] }

// Classes are all that may be learned, in a fixed order.
func (r *Router) Classes() []county.LearnedClass {
	return slices.SortedFunc(maps.Keys(r.leads), func(a, b county.LearnedClass) int { return cmp.Compare(a.Name(), b.Name()) })
}
