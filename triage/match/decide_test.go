package match

import (
	"fmt"
	"math/rand/v2"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"qianshao/config/county"
)

func oldTip(id string, after time.Duration, text string) Tip {
	return Tip{ID: id, Received: day0.Add(after), County: "141128", Town: "141128100", Village: "141128100205", Sure: 0.9, Category: "c1", Text: text}
}

const (
	day       = 24 * time.Hour
	inKiln    = "旧砖厂里头有人炼废机油，半夜冒黑烟，一股糊味"
	inKiln2   = "那个砖厂又在炼油，黑烟一股一股的"
	inFarm    = "村口养鸡场里有人拆电瓶，酸水倒了一院"
	bothNamed = "有人夜里干活，味道大得很，还有面包车"
	closed    = "砖厂上个月不是贴了封条吗，又开工了，还是炼油，黑烟更大"
)

// A word about somebody in charge leaves joining to a person, unless the tip is hardly about those.
func TestAWordAboutSomebody(t *testing.T) {
	k := keyer(t, 1)
	kiln := Candidate{Print: k.Print(oldTip("a", 0, inKiln)), Matter: "A"}
	tip := oldTip("t", day, inKiln2+"，看门的说是队长")
	for plain, want := range map[bool]Band{false: Ask, true: Link} {
		if tip.Plain = plain; Decide(k.Print(tip), []Candidate{kiln}, rules()).Band != want {
			t.Errorf("plain %v: not %v", plain, want)
		}
	}
}

func TestDecide(t *testing.T) {
	k := keyer(t, 1)
	tell := func(id string, after time.Duration, text string) Print { return k.Print(oldTip(id, after, text)) }
	kiln, farm := Candidate{Print: tell("a", 0, inKiln), Matter: "A"}, Candidate{Print: tell("b", day, inFarm), Matter: "B"}
	is := func(c Candidate, change func(*Candidate)) Candidate {
		change(&c)
		return c
	}
	begun := oldTip("c", 9*day, closed)
	begun.Category = "c8"
	again := Candidate{Print: k.Print(begun), Matter: "C"}
	for name, c := range map[string]struct {
		text   string
		old    []Candidate
		band   Band
		matter string
		asked  []string
		wait   bool
	}{
		"the same again":                      {inKiln2, []Candidate{farm, kiln}, Link, "A", nil, false},
		"nothing before":                      {inKiln2, nil, New, "", nil, false},
		"the village and nothing else":        {bothNamed, []Candidate{kiln}, Ask, "", []string{"A"}, false},
		"a closed matter":                     {inKiln2, []Candidate{is(kiln, func(c *Candidate) { c.Closed = true })}, New, "A", nil, false},
		"few may see it":                      {inKiln2, []Candidate{is(kiln, func(c *Candidate) { c.Hidden = true })}, New, "", nil, false},
		"a person said no":                    {inKiln2, []Candidate{is(kiln, func(c *Candidate) { c.Rejected = true })}, New, "", nil, false},
		"nobody decided yet":                  {inKiln2, []Candidate{is(kiln, func(c *Candidate) { c.Matter = "" })}, New, "", nil, true},
		"told of a closing that nobody noted": {closed, []Candidate{kiln}, Ask, "", []string{"A"}, false},
		"told of a closing, and closed":       {closed, []Candidate{is(kiln, func(c *Candidate) { c.Closed = true })}, New, "A", nil, false},
		"a closing that was told before":      {closed, []Candidate{kiln, again}, Link, "C", nil, false},
		"a fear that it begins again":         {closed, []Candidate{is(kiln, func(c *Candidate) { c.Print = tell("a", 0, inKiln+"，封过一回，怕死灰复燃") })}, Ask, "", []string{"A"}, false},
		"a vague word of what began again":    {inKiln2, []Candidate{kiln, is(again, func(c *Candidate) { c.Print = tell("c", 9*day, "村里封过的那家夜里又干上了，味大") })}, Ask, "", []string{"A", "C"}, false},
		"another place, as it says":           {"又来了一家炼油的，黑烟一股一股的，不是那一家", []Candidate{kiln}, Ask, "", []string{"A"}, false},
		"the same, and not another":           {inKiln2 + "。和老供销社那家不是一家", []Candidate{kiln}, Link, "A", nil, false},
		"a tip in the wrong matter":           {inKiln2, []Candidate{kiln, is(farm, func(c *Candidate) { c.Matter = "A" })}, Ask, "", []string{"A"}, false},
		"more that say the same":              {inKiln2, []Candidate{kiln, is(kiln, func(c *Candidate) { c.ID = "f" }), is(farm, func(c *Candidate) { c.Matter = "A" })}, Link, "A", nil, false},
		"a class of its own":                  {inKiln2, []Candidate{is(kiln, func(c *Candidate) { c.Alone = true })}, Ask, "", []string{"A"}, false},
		"two that are alike":                  {inKiln2, []Candidate{kiln, {Print: tell("d", 2*day, inKiln), Matter: "D"}}, Link, "D", []string{"A"}, false},
		"between two that a person keeps apart": {inKiln2, []Candidate{kiln,
			{Print: tell("d", 2*day, inKiln), Matter: "D", Others: []string{"A"}}, is(kiln, func(c *Candidate) { c.ID, c.Others = "e", []string{"D"} })}, Ask, "", []string{"A", "D"}, false},
	} {
		got := Decide(tell("z", 10*day, c.text), c.old, th)
		var asked []string
		for _, s := range got.Suggested {
			asked = append(asked, s.Matter)
		}
		slices.Sort(asked)
		if got.Band != c.band || got.Matter != c.matter || !slices.Equal(asked, c.asked) || got.Wait != c.wait {
			t.Errorf("%s: %+v, want %s %s, asked about %v, wait %v", name, got, c.band, c.matter, c.asked, c.wait)
		}
		if got.Band != New && len(got.Reasons) == 0 {
			t.Errorf("%s: no reasons", name)
		}
	}
}

// Whatever the order in which candidates come, the judgement is the same.
func TestDecideIgnoresTheOrder(t *testing.T) {
	k := keyer(t, 1)
	rapid.Check(t, func(t *rapid.T) {
		var old []Candidate
		for i := range rapid.IntRange(0, 8).Draw(t, "n") {
			id := fmt.Sprintf("t%d", i)
			matter := rapid.SampledFrom([]string{"", "A", "B", "C"}).Draw(t, id+"matter")
			old = append(old, Candidate{Print: k.Print(drawTip(t, id)), Matter: matter, Closed: matter == "C"})
		}
		mine := drawTip(t, "mine")
		mine.Received = day0.AddDate(0, 0, 201)
		p := k.Print(mine)
		want := Decide(p, old, th)
		mixed := rapid.Permutation(old).Draw(t, "mixed")
		if got := Decide(p, mixed, th); !reflect.DeepEqual(got, want) {
			t.Fatalf("%+v in one order, %+v in the other", want, got)
		}
	})
}

// More that two tips have in common never makes them less alike.
func TestMoreEvidenceNeverLowersTheScore(t *testing.T) {
	k := keyer(t, 1)
	photo := Picture{SHA256: [32]byte{9}}
	rapid.Check(t, func(t *rapid.T) {
		x, y := drawTip(t, "x"), drawTip(t, "y")
		before := Score(k.Print(x), k.Print(y), th).Score
		switch rapid.IntRange(0, 4).Draw(t, "more") {
		case 0:
			x.Village, y.Village = "11", "11"
		case 1:
			x.Pictures, y.Pictures = append(x.Pictures, photo), append(y.Pictures, photo)
		case 2:
			x.Text, y.Text = x.Text+"。车牌晋J12345", y.Text+"。车牌晋J12345"
		case 3:
			y.Signs, x.Signs = x.Signs, slices.Clone(x.Signs)
		case 4:
			x.Position, y.Position = at(111.2, 37.9), at(111.2, 37.9)
		}
		if after := Score(k.Print(x), k.Print(y), th).Score; after < before-1e-9 {
			// a number plate is words too, of which a text has a smaller part in common then; nothing else may lower a score
			if before-after > 0.05 || x.Text == y.Text {
				t.Fatalf("%.3f, and %.3f with more evidence", before, after)
			}
		}
	})
}

// A dry run must find what the worker finds.
func TestMemoryFindsWhatTheStoreFinds(t *testing.T) {
	s := open(t)
	m := NewMemory(s.Keyer)
	p, err := county.Embedded()
	if err != nil {
		t.Fatal(err)
	}
	var times []time.Duration
	for range 400 {
		times = append(times, time.Duration(rand.N(int64(120*day))))
	}
	slices.Sort(times)
	for n, after := range times {
		mine := s.Print(made(p, n, day0.Add(after)))
		found, err := s.Candidates(t.Context(), mine, th)
		if err != nil {
			t.Fatal(err)
		}
		if got := m.Candidates(mine, th); !slices.EqualFunc(got, found, func(a, b Print) bool { return a.ID == b.ID }) {
			t.Fatalf("tip %d: %d in memory, %d in the store", n, len(got), len(found))
		}
		m.Add(mine)
		if err := s.Add(t.Context(), mine); err != nil {
			t.Fatal(err)
		}
	}
}

// An old matter is found behind more newer tips of its village than one term brings.
func TestAnOldMatterIsNotLostBehindNewerOnes(t *testing.T) {
	m := NewMemory(keyer(t, 1))
	m.Add(m.Print(oldTip("old", 0, inKiln)))
	for i := range 3 * perTerm {
		m.Add(m.Print(oldTip(fmt.Sprintf("n%03d", i), time.Duration(i+1)*time.Hour, inFarm)))
	}
	found := m.Candidates(m.Print(oldTip("z", 10*day, inKiln2)), th)
	if !slices.ContainsFunc(found, func(p Print) bool { return p.ID == "old" }) {
		t.Errorf("%d candidates, the old one is not among them", len(found))
	}
}

// shelves is an index that answers what a test put under a term, and notes what is read.
type shelves struct {
	terms map[string][]string
	taken []string
}

func (s *shelves) under(_ Print, a ask) ([]string, error) { return s.terms[a.term], nil }

func (s *shelves) read(ids []string) ([]Print, error) {
	s.taken = ids
	return nil, nil
}

func TestWhatHasTheMostInCommonIsRead(t *testing.T) {
	k := keyer(t, 1)
	p := k.Print(Tip{ID: "p", Town: "1", Village: "11", Text: inKiln, Pictures: []Picture{snap(1, 1)}})
	s := &shelves{terms: map[string][]string{}}
	pieces, places := short(p.pieces()), short(p.looksAt())
	for i, term := range pieces {
		s.terms[term] = []string{fmt.Sprintf("chance %d", i)}
		if i < 3 {
			s.terms[term] = append(s.terms[term], "copy")
		}
	}
	for i := range 2 * perLookup {
		s.terms[places[0]] = append(s.terms[places[0]], fmt.Sprintf("neighbour %d", i))
	}
	s.terms[places[0]] = append(s.terms[places[0]], "matter")
	for _, term := range short(with(p.looksAt()[0], p.Families)) {
		s.terms[term] = []string{"matter"}
	}
	if _, err := k.candidates(p, s); err != nil {
		t.Fatal(err)
	}
	if len(s.taken) != perLookup || !slices.Equal(s.taken[:3], []string{"matter", "copy", "neighbour 0"}) || strings.Contains(fmt.Sprint(s.taken), "chance") {
		t.Errorf("read %d: %q", len(s.taken), s.taken)
	}
}

func FuzzKeys(f *testing.F) {
	f.Add(byte(5), []byte{8, 0, 0, 0, 0, 1, 2, 3, 4, 5, 6, 7, 8})
	f.Add(byte(10), []byte(nil))
	f.Fuzz(func(t *testing.T, kind byte, data []byte) {
		var k Keys
		if k.UnmarshalBSONValue(kind, data) != nil || k == nil {
			return
		}
		back, raw, err := k.MarshalBSONValue()
		if err != nil {
			t.Fatal(err)
		}
		var again Keys
		if err := again.UnmarshalBSONValue(back, raw); err != nil || !slices.Equal(k, again) {
			t.Fatalf("%v became %v, %v", k, again, err)
		}
	})
}

func FuzzRead(f *testing.F) {
	r, err := NewReader(rules())
	if err != nil {
		f.Fatal(err)
	}
	f.Add("班庄村学校對面的舊磚廠，不是前面那個養雞場，晋J·12345", "班庄")
	f.Add("不是…那个\xff（）", "")
	f.Fuzz(func(t *testing.T, text, name string) {
		s := r.Read(text, []string{name})
		for _, list := range [][]string{s.Sites, s.Families, s.Beside, s.Spots, s.Works, s.Looks, s.Marks} {
			if !slices.IsSorted(list) {
				t.Fatalf("%+v", s)
			}
		}
	})
}

func TestRead(t *testing.T) {
	r, err := NewReader(rules())
	if err != nil {
		t.Fatal(err)
	}
	for text, want := range map[string]Said{
		"學校對面的舊磚廠，煉油":             {Sites: []string{"brick"}, Families: []string{"kiln"}, Beside: []string{"school"}, Works: []string{"work_refine"}},
		"冷库不冷库的我不懂，反正这家院里酸洗钢管":    {Works: []string{"work_pickling"}, Apart: true},
		"院里酸洗钢管。和养猪场那家不是一家":       {Works: []string{"work_pickling"}, Apart: true},
		"车牌晋J·12345，打13812345678": {Marks: []string{"13812345678", "晋j12345"}},
		"老伞厂里熬胶，离砖厂二里地":           {Sites: []string{"伞厂"}, Beside: []string{"brick"}, Works: []string{"work_boil", "work_glue"}},
		"往北二里有人熬，车往南走了":           {Sides: []string{"北"}, Works: []string{"work_boil"}},
		"封条撕了，重新开工":               {Again: true},
		"":                        {},
	} {
		if got := r.Read(text, nil); !reflect.DeepEqual(got, want) {
			t.Errorf("%s: %+v, want %+v", text, got, want)
		}
	}
}

func TestLearn(t *testing.T) {
	s := open(t)
	a, b := s.Print(oldTip("a", 0, inKiln)), s.Print(oldTip("b", day, inKiln2))
	for _, p := range []Print{a, b} {
		if err := s.Add(t.Context(), p); err != nil {
			t.Fatal(err)
		}
	}
	for _, same := range []bool{true, false} { // the later decision stands
		if err := s.Learn(t.Context(), "b", "a", same, "s-duty", day0, th); err != nil {
			t.Fatal(err)
		}
		e, err := s.Example(t.Context(), "a", "b")
		if err != nil || e.Same != same || e.Band != Link || e.Features["village"] != 1 || e.Features["site"] != 1 {
			t.Errorf("%+v, %v", e, err)
		}
	}
	if err := s.Learn(t.Context(), "a", "sealed", true, "s-duty", day0, th); err != nil {
		t.Errorf("a tip without a print: %v", err)
	}
}

// Who names no village may join a matter by the position. Nobody from another village follows.
func TestWhoNamesNoVillageIsNoBridge(t *testing.T) {
	m := NewMemory(keyer(t, 1))
	tell := func(id string, after time.Duration, village string, photos ...Picture) Print {
		tip := oldTip(id, after, inKiln)
		tip.Village, tip.Pictures, tip.Position, tip.Accuracy = village, photos, at(111.24, 37.9), 30
		p := m.Print(tip)
		m.Add(p)
		return p
	}
	const here, there = "141128100205", "141128100221"
	tell("a", 0, here)
	silent := Candidate{Print: tell("b", day, ""), Matter: "A", Villages: m.Villages([]string{"a", "b"})}
	shown := Candidate{Print: tell("c", day, "", Picture{SHA256: [32]byte{1}}), Matter: "A", Villages: silent.Villages}
	for name, c := range map[string]struct {
		mine Print
		old  Candidate
		want Band
	}{
		"the village of the matter": {tell("d", 2*day, here), silent, Link},
		"another village":           {tell("f", 2*day, there), silent, Ask},
		"another, and the photo":    {tell("g", 2*day, there, Picture{SHA256: [32]byte{1}}), shown, Ask},
	} {
		if got := Decide(c.mine, []Candidate{c.old}, th); got.Band != c.want {
			t.Errorf("%s: %s %.2f %v, want %s", name, got.Band, got.Score, got.Reasons, c.want)
		}
	}
	vague := oldTip("h", 2*day, bothNamed)
	vague.Village = there
	if got := Decide(m.Print(vague), []Candidate{silent}, th); got.Band != New {
		t.Errorf("little in common with who names none, and another village: %s %v", got.Band, got.Reasons)
	}
}
