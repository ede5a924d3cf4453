package intake

import (
	"math"
	"slices"
	"time"

	"qianshao/config/county"
	"qianshao/intake/fault"
)

// Position is what the phone gave, in WGS-84 degrees, with its accuracy in metres.
type Position struct {
	Lon, Lat, Accuracy float64
}

// Report is what a person says. Everything but "what" and "where" may be empty. Ids are of the county profile.
type Report struct {
	Emergency  string    `bson:"emergency"` // id, "none" or ""
	Signs      []string  `bson:"signs"`
	Sites      []string  `bson:"sites"`
	Town       string    `bson:"town"`    // code
	Village    string    `bson:"village"` // code
	Where      string    `bson:"where"`   // own words
	Position   *Position `bson:"position"`
	Now        string    `bson:"now"`
	Times      []string  `bson:"times"`
	Before     string    `bson:"before"`
	Words      string    `bson:"words"`
	PhotoPlace bool      `bson:"photo_place"` // the position inside the photos may be used
	Channel    string    `bson:"channel"`     // web, wechat, gateway, demo, or by which way it was told to who took it down: an id of county.Hotline

	// Of what somebody took down for the person; zero otherwise.
	Told  time.Time `bson:"told,omitempty"`  // when the call or letter came, to the minute
	Order string    `bson:"order,omitempty"` // number of the work order of the 12345
}

// Submission is a Report with what is kept apart from it.
type Submission struct {
	Report  Report
	Staged  []string // tokens
	Contact string   // sealed to the reward officers' key; the server cannot read it again
	Reward  bool
	Digest  []byte // of what another system sent, so that its id of a request cannot be used for another one; keyed
}

// choices are the ids that a form may carry.
type choices struct {
	emergencies, signs, sites, now, times, before, towns map[string]bool
	townOf                                               map[string]string // of a village, by code
}

func choicesOf(p *county.Profile) choices {
	choice := func(c county.Choice) string { return c.ID }
	c := choices{
		emergencies: set(p.Emergencies, func(e county.Emergency) string { return e.ID }),
		signs:       set(p.Signs, func(s county.Sign) string { return s.ID }),
		towns:       set(p.Towns, func(t county.Town) string { return t.Code }),
		sites:       set(p.SiteTypes, choice), now: set(p.Now, choice), times: set(p.Times, choice), before: set(p.Before, choice),
		townOf: map[string]string{},
	}
	c.emergencies["none"] = true
	for _, v := range p.Villages {
		c.townOf[v.Code] = v.Town
	}
	return c
}

func set[T any](list []T, id func(T) string) map[string]bool {
	m := make(map[string]bool, len(list))
	for _, v := range list {
		m[id(v)] = true
	}
	return m
}

// Check cleans a submission and finds everything that is wrong with it, by the form's field names. What it returns is fit to fill the form again: texts cleaned,
// choices that do not exist and a position off the globe left out, so that what a page cannot show cannot make it fail a second time. It does not look at the staged tokens, except that a voice note stands for words.
func (s *Service) Check(d *Draft, sub Submission) (Submission, fault.List) {
	c := checker{}
	r := &sub.Report
	c.choice("e", &r.Emergency, s.choices.emergencies)
	c.choices("signs", &r.Signs, s.choices.signs)
	c.choices("sites", &r.Sites, s.choices.sites)
	c.choice("town", &r.Town, s.choices.towns)
	s.checkVillage(&c, r)
	c.text("where", &r.Where, MaxShort, CleanLine)
	if r.Position != nil && !r.Position.onGlobe() {
		r.Position = nil
		c.add("position", fault.New(fault.Invalid, "form.choice"))
	}
	c.choice("now", &r.Now, s.choices.now)
	c.choices("times", &r.Times, s.choices.times)
	c.choice("before", &r.Before, s.choices.before)
	c.text("words", &r.Words, MaxWords, CleanWords)
	c.text("contact", &sub.Contact, MaxContact, CleanLine)
	s.checkCall(&c, r)
	if len(r.Signs) == 0 && r.Words == "" && !s.spoken(d, sub.Staged) {
		c.add("signs", fault.New(fault.Invalid, "form.empty"))
	}
	if r.Town == "" && r.Where == "" && r.Position == nil {
		c.add("village", fault.New(fault.Invalid, "form.where"))
	}
	return sub, c.faults
}

// spoken reports whether there is a voice note: who cannot write may speak.
func (s *Service) spoken(d *Draft, tokens []string) bool {
	return slices.ContainsFunc(tokens, func(t string) bool {
		st, err := s.OpenStaged(d, t)
		return err == nil && st.Kind == Voice
	})
}

// checkVillage takes the town from the village where only that was chosen; without JavaScript the two lists do not know of each other.
func (s *Service) checkVillage(c *checker, r *Report) {
	if r.Village == "" {
		return
	}
	town, ok := s.choices.townOf[r.Village]
	switch {
	case !ok || r.Town != "" && r.Town != town:
		r.Village = ""
		c.add("village", fault.New(fault.Invalid, "form.choice"))
	case r.Town == "":
		r.Town = town
	}
}

func (p *Position) onGlobe() bool {
	in := func(v, low, high float64) bool { return !math.IsNaN(v) && v >= low && v <= high }
	return in(p.Lon, -180, 180) && in(p.Lat, -90, 90) && in(p.Accuracy, 0, 1e7)
}

// checker collects the faults of a form, one for each field.
type checker struct{ faults fault.List }

func (c *checker) add(field string, f *fault.Error) {
	if !slices.ContainsFunc(c.faults, func(e *fault.Error) bool { return e.Field == field }) {
		c.faults = append(c.faults, f.On(field))
	}
}

func (c *checker) choice(field string, id *string, known map[string]bool) {
	if *id != "" && !known[*id] {
		*id = ""
		c.add(field, fault.New(fault.Invalid, "form.choice"))
	}
}

func (c *checker) choices(field string, ids *[]string, known map[string]bool) {
	var good []string
	for _, id := range *ids {
		if !known[id] {
			c.add(field, fault.New(fault.Invalid, "form.choice"))
		} else if !slices.Contains(good, id) {
			good = append(good, id)
		}
	}
	*ids = good
}

func (c *checker) text(field string, text *string, limit int, clean func(string) (string, bool)) {
	var broken bool
	*text, broken = clean(*text)
	if broken {
		c.add(field, fault.New(fault.Invalid, "form.encoding"))
	}
	if length(*text) > limit {
		c.add(field, fault.New(fault.Invalid, "form.too_long", limit))
	}
}
