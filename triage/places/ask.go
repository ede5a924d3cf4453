package places

import (
	"context"
	"errors"
	"fmt"
	"math"
	"strings"
	"sync"
	"time"

	"github.com/paulmach/orb"

	"qianshao/config/engine/docs"
)

// Geocoder asks a map service where a place is. It is given official names only. ok is false when the service does not know.
type Geocoder interface {
	Find(ctx context.Context, phrase string) (at orb.Point, ok bool, err error)
}

// askAgainAfter is how long a village that a map service did not know, or could not be asked for, is not asked for again.
const askAgainAfter = 24 * time.Hour

// asked remembers the villages that a map service was asked for, and those that need no asking.
type asked struct {
	mu    sync.Mutex
	at    map[string]time.Time
	known map[string]bool
}

// learn notes which villages have a point or an area.
func (a *asked) learn(all []Place) {
	a.mu.Lock()
	defer a.mu.Unlock()
	for i := range all {
		if all[i].Kind == Village && all[i].Retired == nil {
			a.known[all[i].Village] = true
		}
	}
}

// due reports whether a village should be asked for, and notes that it is.
func (a *asked) due(village string, now time.Time) bool {
	a.mu.Lock()
	defer a.mu.Unlock()
	if last, ok := a.at[village]; a.known[village] || ok && now.Sub(last) < askAgainAfter {
		return false
	}
	a.at[village] = now
	return true
}

// Ask looks a village's point up at the map service, if one is configured and the village has none, and stores it, so that it is never asked for again.
// Only the official name of the village goes out, whatever was written. learned says that there is a new place.
func (s *Service) Ask(ctx context.Context, village string) (learned bool, err error) {
	v, ok := s.Profile.Village(village)
	if s.Geocoder == nil || !ok || !s.asked.due(village, s.Now()) {
		return false, nil
	}
	t, _ := s.Profile.Town(v.Town)
	at, found, err := s.Geocoder.Find(ctx, s.Profile.Region+s.Profile.City+s.Profile.Name+t.Name+v.Name)
	if err != nil {
		return false, fmt.Errorf("places: ask for %s: %w", village, err)
	}
	if inside, metres := s.Profile.Contains(at); !found || !onEarth(at) || !inside && metres > doubt && !math.IsInf(metres, 1) {
		return false, nil
	}
	p := Place{ID: "online-" + v.Code, Kind: Village, Name: v.Name, County: s.Profile.Code, Town: v.Town, Village: v.Code, At: at, Source: Online, By: worker, Changed: s.Now()}
	if err := s.Custody.Note(ctx, subject(p.ID), worker, "look up", ""); err != nil {
		return false, fmt.Errorf("places: note looking up of %s: %w", village, err)
	}
	switch err := s.places.Insert(ctx, &p); {
	case errors.Is(err, docs.ErrExists): // it was removed by the administrator, who knows why, or another process was faster
		return false, nil
	case err != nil:
		return false, err
	}
	s.fresh.stale()
	return true, nil
}

// AskAll looks every village up that has no point, before any tip names it: then no question can tell a map service that there was one.
func (s *Service) AskAll(ctx context.Context) (learned int, missing []string, err error) {
	all, err := s.All(ctx)
	if err != nil {
		return 0, nil, err
	}
	s.asked.learn(all)
	for _, v := range s.Profile.Villages {
		if s.asked.known[v.Code] {
			continue
		}
		ok, err := s.Ask(ctx, v.Code)
		switch {
		case err != nil && ctx.Err() != nil:
			return learned, missing, err
		case err != nil, !ok:
			missing = append(missing, strings.TrimSpace(v.Code+" "+v.Name))
		default:
			learned++
		}
	}
	return learned, missing, nil
}
