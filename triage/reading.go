package triage

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/paulmach/orb"
	"go.mongodb.org/mongo-driver/v2/bson"

	"qianshao/config/engine/docs"
	"qianshao/intake"
	"qianshao/intake/vault"
	"qianshao/triage/cases"
	"qianshao/triage/match"
	"qianshao/triage/media"
)

// Reading is what triage concluded about a tip; the case page shows parts of it.
type Reading struct {
	Tip        string `bson:"_id"`
	Stage      Stage  // the last stage that is done
	At         time.Time
	Urgent     bool     // its tasks stand on the urgent queue
	Alarm      []string `bson:",omitempty"` // units that are told at once that something urgent came, until its case says so
	Passes     int      // how often it came to the end and left evidence unread, because a store was away
	Heard      int      // lines of the dialogue, of the person's, that routing has read
	Pictures   []Picture
	Place      cases.Place
	Near       []string // other places that it may mean, by their names
	NearBorder bool
	Placed     bool      // a position in our county is known
	Named      bool      // a village is named, be it gone or one of several
	Waiting    time.Time // since when it waits for an earlier tip; zero when it does not
	Decision   *Decision `bson:",omitempty"`
	Private    vault.Sealed
}

// Picture is one piece of evidence, also a recording, after the media stage.
type Picture struct {
	Item          string
	OK            bool   // renditions 320 and 1600 exist
	Problem       string // key of a sentence when not OK
	Width, Height int
	Type          string `bson:",omitempty"` // of the rendition "play" of a recording, with its length
	Bytes         int64  `bson:",omitempty"`
	Seconds       int    `bson:",omitempty"`
	Held          bool   `bson:",omitempty"` // not read yet: it could not be looked at for viruses, and will be tried again
}

// Decision says to which case the tip belongs. It is made once, so that a stage that runs twice cannot put a tip into two cases; it is changed only when the
// case that it names was never opened, or has come to lie elsewhere before the tip was in it.
type Decision struct {
	Case    string // its id; the case may not be open yet
	New     bool   // the tip opens it
	Score   float64
	Reasons []string
	Known   []string  `bson:",omitempty"` // the villages of the case, as they were known
	Recurs  string    `bson:",omitempty"` // the closed case that the new one begins again
	Similar []Similar `bson:",omitempty"` // cases about which a person is asked, the most similar first
	By      string    `bson:",omitempty"` // the member of staff who decided; the worker when empty
}

// Similar is a case that may be the same matter.
type Similar struct {
	Case    string
	Score   float64
	Reasons []string
	Recurs  bool // the question is whether a closed matter began again
}

// private is what a picture tells of places and matters: sealed, because the index of prints is keyed for the same reason.
type private struct {
	Pictures map[string]features // by item
}

type features struct {
	SHA256 []byte
	Sketch []byte     `bson:",omitempty"` // media.Picture.Sketch; older readings have none
	Where  *orb.Point // this and what follows are used only if the person allowed it
	When   *time.Time `bson:",omitempty"`
	Make   string     `bson:",omitempty"` // of the camera

	Doubts []media.Doubt `bson:",omitempty"` // why what it says of where or when is not believed
}

// picture is what is compared.
func (f features) picture() match.Picture {
	p := match.Picture{Sketch: f.Sketch}
	copy(p.SHA256[:], f.SHA256)
	return p
}

const sealReading = "triage.reading"

// Reading reads the conclusions about a tip; docs.ErrNotFound before the first stage.
func (s *Service) Reading(ctx context.Context, id intake.TipID) (Reading, error) {
	return s.readings.Get(ctx, string(id))
}

// begun reads the conclusions about a tip; of one that no stage has seen yet there are none, and its stage is Unread.
func (s *Service) begun(ctx context.Context, id intake.TipID) (Reading, error) {
	r, err := s.Reading(ctx, id)
	if errors.Is(err, docs.ErrNotFound) {
		return Reading{Tip: string(id)}, nil
	}
	return r, err
}

// conclude stores what a stage found, unless the stage was done by somebody else meanwhile.
func (s *Service) conclude(ctx context.Context, st Stage, id intake.TipID, f func(*Reading)) (Reading, error) {
	return s.readings.Change(ctx, string(id), func(r *Reading) error {
		if r.Stage.index() < st.index() {
			f(r)
			r.Stage, r.At, r.Waiting = st, s.Now(), time.Time{}
		}
		return nil
	})
}

// unread lists the items of a tip that the media stage has not seen, or had to hold back.
func (r *Reading) unread(tip *intake.Tip) []intake.Item {
	var items []intake.Item
	for _, it := range tip.Items {
		if !slices.ContainsFunc(r.Pictures, func(p Picture) bool { return p.Item == it.ID && !p.Held }) {
			items = append(items, it)
		}
	}
	return items
}

func (s *Service) openPrivate(r *Reading) (private, error) {
	p := private{Pictures: map[string]features{}}
	if len(r.Private) == 0 {
		return p, nil
	}
	plain, err := s.Vault.Open(sealReading, r.Tip, r.Private)
	if err != nil {
		return p, fmt.Errorf("triage: open reading of %s: %w", r.Tip, err)
	}
	if err := bson.Unmarshal(plain, &p); err != nil {
		return p, fmt.Errorf("triage: decode reading of %s: %w", r.Tip, err)
	}
	return p, nil
}

// PhotoDays are the days on which the photos of a tip were taken, as their cameras say, earliest first; none unless the person let the photos be used for
// place and time.
func (s *Service) PhotoDays(t *intake.Tip, r *Reading) ([]time.Time, error) {
	if !t.Report.PhotoPlace {
		return nil, nil
	}
	seen, err := s.openPrivate(r)
	if err != nil {
		return nil, err
	}
	var days []time.Time
	for _, f := range seen.Pictures {
		if f.When != nil {
			days = append(days, s.Profile.Day(*f.When))
		}
	}
	slices.SortFunc(days, time.Time.Compare)
	return slices.Compact(days), nil
}

func (s *Service) sealPrivate(id intake.TipID, p private) (vault.Sealed, error) {
	plain, err := bson.Marshal(p)
	if err != nil {
		return nil, fmt.Errorf("triage: encode reading of %s: %w", id, err)
	}
	sealed, err := s.Vault.Seal(sealReading, string(id), plain)
	if err != nil {
		return nil, fmt.Errorf("triage: seal reading of %s: %w", id, err)
	}
	return sealed, nil
}
