package ledger

import (
	"context"
	"errors"
	"strings"
	"unicode/utf8"

	"qianshao/config/engine/docs"
	"qianshao/intake/fault"
	"qianshao/intake/vault"
)

// View is a set of filters that a member of staff keeps under a name.
type View struct {
	ID    string `bson:"_id"`
	Staff string // id
	Name  string
	Query string // the filters as they stand in an address; no words but codes of the profile and days
}

const (
	maxViews    = 20
	maxViewName = 20 // characters
)

// Views are those of a member of staff, by their names.
func (s *Service) Views(ctx context.Context, staff string) ([]View, error) {
	p, err := s.views.Find(ctx, docs.Query{Where: []docs.Eq{{Field: "staff", Value: staff}}, Order: "name"})
	return p.Items, err
}

// Keep stores a view, in place of one of the same name. faults ledger.view_name, ledger.view_many.
func (s *Service) Keep(ctx context.Context, v View) error {
	v.Name = strings.Join(strings.Fields(v.Name), " ")
	if n := utf8.RuneCountInString(v.Name); n == 0 || n > maxViewName {
		return fault.New(fault.Invalid, "ledger.view_name", maxViewName).On("name")
	}
	all, err := s.Views(ctx, v.Staff)
	if err != nil {
		return err
	}
	for _, old := range all {
		if old.Name == v.Name {
			_, err := s.views.Change(ctx, old.ID, func(w *View) error { w.Query = v.Query; return nil })
			return err
		}
	}
	if len(all) >= maxViews {
		return fault.New(fault.Invalid, "ledger.view_many", maxViews).On("name")
	}
	v.ID = vault.NewID(8)
	err = s.views.Insert(ctx, &v)
	if errors.Is(err, docs.ErrExists) { // the other of two presses was faster
		return nil
	}
	return err
}

// Forget deletes a view of a member of staff; one that is not theirs stays.
func (s *Service) Forget(ctx context.Context, staff, id string) error {
	v, err := s.views.Get(ctx, id)
	if errors.Is(err, docs.ErrNotFound) || err == nil && v.Staff != staff {
		return nil
	}
	if err != nil {
		return err
	}
	return s.views.Delete(ctx, id)
}
