package places

import (
	"context"
	"encoding/hex"
	"errors"
	"fmt"
	"math"
	"strings"
	"unicode/utf8"

	"github.com/paulmach/orb"

	"qianshao/config/county"
	"qianshao/config/engine/docs"
	"qianshao/intake/fault"
	"qianshao/triage/cases"
)

const (
	worker      = "worker"
	sealReason  = "place.reason"
	sealRetired = "place.retired"
	doubt       = 300 // metres beyond the border that may still be ours, as the outline is drawn
)

func subject(id string) string { return "place/" + id }

// Confirmation is what an inspector says of the place of a case.
type Confirmation struct {
	Village string    // code, of ours
	Site    string    // id of the profile's site types; may be empty
	Point   orb.Point // WGS-84
	Reason  string    // how the inspector knows
}

// Confirm makes a place that was confirmed in a case a known place. Doing it again with the same words changes nothing but the record. It leaves the case as
// it is. Faults desk.not_found, desk.place_sealed, desk.village, desk.site, desk.point, desk.point_far, desk.reason, form.too_long.
func (s *Service) Confirm(ctx context.Context, by cases.Actor, k *cases.Case, in Confirmation) (Place, error) {
	if !k.SeenBy(by) {
		return Place{}, notFound()
	}
	if k.Sealed || len(k.Tips) == 0 { // a bare case stands beside a sealed one
		return Place{}, fault.New(fault.Forbidden, "desk.place_sealed")
	}
	in.Reason = strings.TrimSpace(in.Reason)
	name, err := s.check(in)
	if err != nil {
		return Place{}, err
	}
	v, _ := s.Profile.Village(in.Village)
	at := rounded(in.Point)
	p := Place{
		Kind: Site, Name: v.Name + name, County: s.Profile.Code, Town: v.Town, Village: v.Code, At: at, Source: Learned,
		By: by.ID, Case: k.ID, Changed: s.Now(),
	}
	if name == "" {
		p.Kind = Village
	}
	p.ID = hex.EncodeToString(s.Vault.MAC("place.learned", []byte(k.ID), []byte(v.Code), []byte(in.Site), fmt.Append(nil, at))[:12])
	if p.Reason, err = s.Vault.Seal(sealReason, p.ID, []byte(in.Reason)); err != nil {
		return Place{}, fmt.Errorf("places: seal reason of %s: %w", p.ID, err)
	}
	if err := s.note(ctx, by.ID, "confirm", p.ID, k.ID); err != nil {
		return Place{}, err
	}
	return p, s.put(ctx, p)
}

// check says what is wrong with a confirmation, and gives the name of the kind of site.
func (s *Service) check(in Confirmation) (string, error) {
	var wrong fault.List
	if _, ok := s.Profile.Village(in.Village); !ok {
		wrong = append(wrong, fault.New(fault.Invalid, "desk.village").On("village"))
	}
	name := ""
	if in.Site != "" {
		if name = siteName(s.Profile, in.Site); name == "" {
			wrong = append(wrong, fault.New(fault.Invalid, "desk.site").On("site"))
		}
	}
	if inside, metres := s.Profile.Contains(in.Point); !onEarth(in.Point) {
		wrong = append(wrong, fault.New(fault.Invalid, "desk.point").On("point"))
	} else if !inside && metres > doubt && !math.IsInf(metres, 1) {
		wrong = append(wrong, fault.New(fault.Invalid, "desk.point_far").On("point"))
	}
	if f := badReason(in.Reason); f != nil {
		wrong = append(wrong, f)
	}
	if len(wrong) > 0 {
		return "", wrong
	}
	return name, nil
}

// siteName is a kind of site in short: 养殖场 of 养殖场（猪场、鸡场、牛羊圈）. Empty for none of the profile's.
func siteName(p *county.Profile, id string) string {
	for _, c := range p.SiteTypes {
		if c.ID == id {
			short, _, _ := strings.Cut(c.Text, "（")
			return short
		}
	}
	return ""
}

func badReason(reason string) *fault.Error {
	switch n := utf8.RuneCountInString(reason); {
	case n < cases.MinNote:
		return fault.New(fault.Invalid, "desk.reason", cases.MinNote).On("reason")
	case n > cases.MaxNote:
		return fault.New(fault.Invalid, "form.too_long", cases.MaxNote).On("reason")
	}
	return nil
}

// rounded keeps three decimals, about a hundred metres: enough to know the place again, and too little to find where somebody stood.
func rounded(p orb.Point) orb.Point {
	return orb.Point{math.Round(p[0]*1000) / 1000, math.Round(p[1]*1000) / 1000}
}

func onEarth(p orb.Point) bool {
	return math.Abs(p.Lon()) <= 180 && math.Abs(p.Lat()) <= 90 && (p.Lon() != 0 || p.Lat() != 0)
}

// Retire ends the use of a place that a case taught. It stays on record, and confirming it again brings it back. Faults desk.not_found, desk.place_gone,
// desk.reason, form.too_long.
func (s *Service) Retire(ctx context.Context, by cases.Actor, k *cases.Case, id, reason string) (Place, error) {
	if !k.SeenBy(by) {
		return Place{}, notFound()
	}
	reason = strings.TrimSpace(reason)
	if f := badReason(reason); f != nil {
		return Place{}, f
	}
	p, err := s.places.Get(ctx, id)
	if errors.Is(err, docs.ErrNotFound) || err == nil && (p.Case != k.ID || p.Retired != nil) {
		return Place{}, fault.New(fault.Conflict, "desk.place_gone")
	}
	if err != nil {
		return Place{}, err
	}
	sealed, err := s.Vault.Seal(sealRetired, id, []byte(reason))
	if err != nil {
		return Place{}, fmt.Errorf("places: seal reason of %s: %w", id, err)
	}
	if err := s.note(ctx, by.ID, "retire", id, k.ID); err != nil {
		return Place{}, err
	}
	return s.retire(ctx, id, Retirement{By: by.ID, At: s.Now(), Reason: sealed})
}

// Remove ends the use of any place, for the administrator's command line. docs.ErrNotFound.
func (s *Service) Remove(ctx context.Context, by, id string) (Place, error) {
	if _, err := s.places.Get(ctx, id); err != nil {
		return Place{}, err
	}
	if err := s.Custody.Note(ctx, subject(id), by, "retire", ""); err != nil {
		return Place{}, fmt.Errorf("places: note retiring of %s: %w", id, err)
	}
	return s.retire(ctx, id, Retirement{By: by, At: s.Now()})
}

func (s *Service) retire(ctx context.Context, id string, r Retirement) (Place, error) {
	defer s.fresh.stale()
	return s.places.Change(ctx, id, func(p *Place) error {
		if p.Retired == nil {
			p.Retired, p.Changed = &r, r.At
		}
		return nil
	})
}

// OfCase lists what a case taught, retired places too.
func (s *Service) OfCase(ctx context.Context, id string) ([]Place, error) {
	p, err := s.places.Find(ctx, docs.Query{Where: []docs.Eq{{Field: "case", Value: id}}})
	return p.Items, err
}

// note writes to the records of the place and of its case, before anything is done.
func (s *Service) note(ctx context.Context, by, action, id, caseID string) error {
	if err := s.Custody.Note(ctx, subject(id), by, action, caseID); err != nil {
		return fmt.Errorf("places: note %s of %s: %w", action, id, err)
	}
	if err := s.Custody.Note(ctx, "case/"+caseID, by, "place "+action, id); err != nil {
		return fmt.Errorf("places: note %s of %s: %w", action, id, err)
	}
	return nil
}

// put stores a place, or brings it back.
func (s *Service) put(ctx context.Context, p Place) error {
	defer s.fresh.stale()
	err := s.places.Insert(ctx, &p)
	if !errors.Is(err, docs.ErrExists) {
		return err
	}
	_, err = s.places.Change(ctx, p.ID, func(old *Place) error { *old = p; return nil })
	return err
}

func notFound() error { return fault.New(fault.NotFound, "desk.not_found") }
