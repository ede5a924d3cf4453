package match

import (
	"context"
	"errors"
	"fmt"
	"time"

	"qianshao/config/county"
	"qianshao/config/engine/docs"
)

// Example is what a person decided about two tips, with all that the machine knew of them: numbers, and nothing that was said. Weights can be trained on it.
type Example struct {
	ID       string `bson:"_id"` // the two tips, the earlier one first; a later decision replaces an earlier one
	At       time.Time
	By       string // the member of staff
	Same     bool
	Features map[string]float64 `bson:",omitempty"` // by county.MatchFeatures; none when one of the tips left no print
	Band     Band               // what the machine would have done
	Score    float64
}

// Learn keeps what a person decided about two tips.
func (s *Store) Learn(ctx context.Context, x, y string, same bool, by string, at time.Time, th county.Match) error {
	e, err := s.example(ctx, x, y, th)
	if err != nil {
		return fmt.Errorf("match: learn of %s and %s: %w", x, y, err)
	}
	e.At, e.By, e.Same = at, by, same
	err = s.examples.Insert(ctx, &e)
	if errors.Is(err, docs.ErrExists) {
		_, err = s.examples.Change(ctx, e.ID, func(have *Example) error {
			*have = e
			return nil
		})
	}
	return err
}

func (s *Store) example(ctx context.Context, x, y string, th county.Match) (Example, error) {
	a, err := s.prints.Get(ctx, x)
	if err == nil {
		var b Print
		if b, err = s.prints.Get(ctx, y); err == nil {
			s.reveal(a, b, make([]int, len(a.Pictures)))
			return compareForExample(a, b, th), nil
		}
	}
	if errors.Is(err, docs.ErrNotFound) { // what few may see leaves no print
		return Example{ID: min(x, y) + "/" + max(x, y)}, nil
	}
	return Example{}, err
}

func compareForExample(a, b Print, th county.Match) Example {
	if b.before(a) {
		a, b = b, a
	}
	v := Score(a, b, th)
	return Example{ID: a.ID + "/" + b.ID, Band: v.Band, Score: v.Score, Features: Features(a, b, th)}
}

// Features are what speaks for and against two prints being about one matter, by county.MatchFeatures; those that are 0 are left out.
func Features(a, b Print, th county.Match) map[string]float64 {
	out := map[string]float64{}
	all, _ := of(a, b, th)
	for i, x := range all {
		if x != 0 {
			out[county.MatchFeatures[i]] = x
		}
	}
	return out
}

// Example reads what was decided about two tips, the earlier one first; docs.ErrNotFound.
func (s *Store) Example(ctx context.Context, earlier, later string) (Example, error) {
	return s.examples.Get(ctx, earlier+"/"+later)
}
