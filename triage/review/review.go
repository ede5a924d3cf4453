// Package review keeps, for every question that the machine answered about a tip, its answer and the one of the person who looked: labelled examples to train
// and to measure by, and the weekly table of how often the machine was right. It owns the collection rulings. It holds codes and ids, nothing that was said,
// and nothing of what few may see.
package review

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"qianshao/config/engine/docs"
	"qianshao/triage/cases"
)

// Outcome is how a question ended.
type Outcome string

// The outcomes.
const (
	Auto      Outcome = "auto"      // the machine was sure, and nobody said otherwise
	Waiting   Outcome = "waiting"   // a person is asked
	Confirmed Outcome = "confirmed" // a person says as the machine did
	Corrected Outcome = "corrected" // a person says something else
)

// Outcomes in the order of the table.
var Outcomes = []Outcome{Auto, Waiting, Confirmed, Corrected}

// Questions in the order of the table.
var Questions = []cases.Doubt{cases.Where, cases.What, cases.Again}

// What is answered to cases.Again. The machine may also ask, which a person confirms by saying that it is the same.
const (
	Same  = "same"
	Other = "other"
	Ask   = "ask"
)

// Ruling is one question about one tip. Answers are codes of the profile (the finest place that is known, a category's id) or Same, Other, Ask; empty where
// nothing is known.
type Ruling struct {
	ID         string `bson:"_id"` // of the tip, then the question
	Tip        string
	Question   cases.Doubt
	At         time.Time // when the machine answered
	Week       string    // of At, such as 2026-W48
	Machine    string
	Confidence float64
	Person     string    `bson:",omitempty"`
	By         string    `bson:",omitempty"` // the member of staff
	Decided    time.Time `bson:",omitempty"`
	Outcome    Outcome
	Term       string // question and outcome, to count by
}

// Store keeps the rulings.
type Store struct {
	rulings *docs.Collection[Ruling]
	zone    *time.Location
}

// Open opens the collection. Weeks begin on Monday in the zone.
func Open(ctx context.Context, d docs.Store, zone *time.Location) (*Store, error) {
	c, err := docs.Open[Ruling](ctx, d, "rulings", docs.Index{Fields: []string{"week", "term"}})
	if err != nil {
		return nil, err
	}
	return &Store{c, zone}, nil
}

func id(tip string, q cases.Doubt) string { return tip + "/" + string(q) }

func (r *Ruling) end(o Outcome) { r.Outcome, r.Term = o, string(r.Question)+"/"+string(o) }

// Answer keeps what the machine answered; a second time changes nothing.
func (s *Store) Answer(ctx context.Context, tip string, q cases.Doubt, machine string, confidence float64, sure bool, at time.Time) error {
	r := Ruling{ID: id(tip, q), Tip: tip, Question: q, At: at, Week: s.week(at), Machine: machine, Confidence: confidence}
	if r.end(Waiting); sure {
		r.end(Auto)
	}
	if err := s.rulings.Insert(ctx, &r); err != nil && !errors.Is(err, docs.ErrExists) {
		return fmt.Errorf("review: keep an answer: %w", err)
	}
	return nil
}

// Decide keeps what a person answered, in place of an earlier person's answer. A question that the machine never answered is none.
func (s *Store) Decide(ctx context.Context, tip string, q cases.Doubt, person, by string, at time.Time) error {
	_, err := s.rulings.Change(ctx, id(tip, q), func(r *Ruling) error {
		r.Person, r.By, r.Decided = person, by, at
		r.end(Corrected)
		if person == r.Machine || r.Machine == Ask && person == Same {
			r.end(Confirmed)
		}
		return nil
	})
	if err != nil && !errors.Is(err, docs.ErrNotFound) {
		return fmt.Errorf("review: keep a decision: %w", err)
	}
	return nil
}

// DecideOnce keeps what a person answered about several tips at a time, to cases.Again: for the first of them of which one of the answers in stood stands, the
// person's or else the machine's. The others were not asked about. It says whether there was one; at is the answer's own time, so that doing it again changes
// nothing.
func (s *Store) DecideOnce(ctx context.Context, tips []string, stood []string, person, by string, at time.Time) (bool, error) {
	first := ""
	for _, tip := range tips {
		r, err := s.rulings.Get(ctx, id(tip, cases.Again))
		if errors.Is(err, docs.ErrNotFound) {
			continue
		}
		if err != nil {
			return false, fmt.Errorf("review: find what was decided: %w", err)
		}
		if r.By == by && r.Decided.Equal(at) {
			return true, nil
		}
		if first == "" && slices.Contains(stood, cmp.Or(r.Person, r.Machine)) {
			first = tip
		}
	}
	if first == "" {
		return false, nil
	}
	return true, s.Decide(ctx, first, cases.Again, person, by, at)
}

// Forget drops the rulings of a tip that few may see from now on.
func (s *Store) Forget(ctx context.Context, tip string) error {
	for _, q := range Questions {
		if err := s.rulings.Delete(ctx, id(tip, q)); err != nil {
			return fmt.Errorf("review: forget: %w", err)
		}
	}
	return nil
}

// Ruling reads one; docs.ErrNotFound.
func (s *Store) Ruling(ctx context.Context, tip string, q cases.Doubt) (Ruling, error) {
	return s.rulings.Get(ctx, id(tip, q))
}

// Week counts what the machine answered in one week.
type Week struct {
	Monday time.Time
	Counts map[cases.Doubt]map[Outcome]int64
}

// Weeks gives the last n weeks, this one first.
func (s *Store) Weeks(ctx context.Context, now time.Time, n int) ([]Week, error) {
	var out []Week
	day := now.In(s.zone)
	monday := time.Date(day.Year(), day.Month(), day.Day()-(int(day.Weekday())+6)%7, 0, 0, 0, 0, s.zone)
	for i := range n {
		w := Week{Monday: monday.AddDate(0, 0, -7*i), Counts: map[cases.Doubt]map[Outcome]int64{}}
		tally, err := s.rulings.Tally(ctx, docs.Query{Where: []docs.Eq{{Field: "week", Value: s.week(w.Monday)}}}, "term")
		if err != nil {
			return nil, fmt.Errorf("review: count a week: %w", err)
		}
		for _, q := range Questions {
			w.Counts[q] = map[Outcome]int64{}
			for _, o := range Outcomes {
				w.Counts[q][o] = tally[string(q)+"/"+string(o)]
			}
		}
		out = append(out, w)
	}
	return slices.Clip(out), nil
}

func (s *Store) week(t time.Time) string {
	year, week := t.In(s.zone).ISOWeek()
	return fmt.Sprintf("%d-W%02d", year, week)
}
