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
	Said, Concluded, Alarmed map[int]float64   // features
	Windows                  []map[int]float64 // of every few clauses, as Alarmed
	Words                    county.LearnedClass
	Ticked                   bool    // a strong sign
	Alarm                    bool    // by the words' lists alone
	Count                    float64 // how much these add
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
	var all []clause
	for _, t := range f.Texts {
		all = append(all, r.clauses(t)...)
	}
	out.Alarmed = alarmed(all)
	for _, some := range r.windows(f.Texts) {
		out.Windows = append(out.Windows, alarmed(some))
	}
	if _, out.Alarm = r.urgent(f.Texts); out.Alarm {
		out.Count = listsCount
	}
	return out
}

// Rings reports whether there is an emergency.
func (r *Router) Rings(f Facts) bool {
	_, yes := r.alarm(r.simple(f).Texts)
	return yes
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
