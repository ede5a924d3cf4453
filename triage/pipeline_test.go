package triage_test

import (
	"bytes"
	"fmt"
	"image"
	"slices"
	"sync"
	"testing"
	"time"

	"qianshao/config/county"
	"qianshao/config/engine/enginetest"
	"qianshao/intake"
	"qianshao/triage"
	"qianshao/triage/cases"
)

// onBoth runs a test on the embedded queue and on a real Redis.
func onBoth(t *testing.T, f func(t *testing.T, w *world)) {
	t.Run("embedded", func(t *testing.T) { t.Parallel(); f(t, newWorld(t, "")) })
	t.Run("redis", func(t *testing.T) { t.Parallel(); f(t, newWorld(t, enginetest.Redis(t))) })
}

// A tip with a good and a bad photo walks from the form to the lists of the right department and township, and to nobody else's.
func TestATipReachesItsDesks(t *testing.T) {
	t.Parallel()
	onBoth(t, func(t *testing.T, w *world) {
		w.run(time.Second)
		v := w.village(0)
		start := time.Now()
		tip, _ := w.tell(w.workshop(v, "院里没有手续的小化工作坊，夜里熬东西，有车进出"), photo(t, 1), []byte("\xff\xd8\xff\xe0\x00\x10JFIF\x00cut short"))
		w.until("a case", func() bool { return len(w.all()) == 1 })
		t.Logf("from the first byte to the case: %v", time.Since(start).Round(time.Millisecond))
		w.finished()

		for unit, f := range map[string]cases.Filter{"emergency": cases.Mine, county.TownUnit(v.Town): cases.Helped, county.DutyDesk: cases.All} {
			p, err := w.cases.List(t.Context(), handler(unit), f, "")
			must(t, err)
			if len(p.Items) != 1 || !p.Items[0].Holds(tip) || p.Items[0].Place.Village != v.Code || p.Items[0].Category != "c1" {
				t.Errorf("%s of %s: %d cases", f, unit, len(p.Items))
			}
		}
		for _, town := range w.profile.Towns {
			n, err := w.cases.Count(t.Context(), handler(county.TownUnit(town.Code)), cases.All)
			must(t, err)
			if (n == 1) != (town.Code == v.Town) {
				t.Errorf("%s sees %d cases", town.Name, n)
			}
		}
		r, err := w.triage.Reading(t.Context(), tip)
		must(t, err)
		if len(r.Pictures) != 2 || !r.Pictures[0].OK || r.Pictures[1].OK || r.Pictures[1].Problem == "" {
			t.Fatalf("pictures %+v", r.Pictures)
		}
		for name, side := range map[string]int{triage.Small: 320, triage.Large: 640} {
			in, err := w.intake.Rendition(t.Context(), tip, r.Pictures[0].Item, name)
			c, _, err := image.DecodeConfig(bytes.NewReader(read(t, in, err)))
			must(t, err)
			if c.Width != side {
				t.Errorf("rendition %s is %d wide", name, c.Width)
			}
		}
	})
}

// Twenty people tell of one matter at the same moment.
func TestTwentyAtOnceAreOneCase(t *testing.T) {
	t.Parallel()
	onBoth(t, func(t *testing.T, w *world) {
		w.run(time.Second)
		report := w.workshop(w.village(3), "村东头的旧猪场里有人夜里搬铁桶，味道刺鼻，第二天早上院墙外的水沟是黄的")
		tips := make([]intake.TipID, 20)
		var wg sync.WaitGroup
		for i := range tips {
			wg.Go(func() { tips[i], _ = w.tell(report) })
		}
		wg.Wait()
		w.finished()
		all := w.all()
		if len(all) != 1 || len(all[0].Tips) != 20 {
			t.Fatalf("%d cases, the first with %d tips", len(all), len(all[0].Tips))
		}
		w.exactlyOnce(tips)
		for i, ref := range all[0].Tips {
			tip, err := w.intake.Open(t.Context(), intake.TipID(ref.Tip))
			must(t, err)
			if !tip.Received.Equal(ref.Received) || i > 0 && ref.Received.Before(all[0].Tips[i-1].Received) {
				t.Errorf("tip %d stands at %v, received %v", i, ref.Received, tip.Received)
			}
			if i > 0 && len(ref.Reasons) == 0 {
				t.Errorf("tip %d was joined without a reason", i)
			}
		}
	})
}

// An emergency goes to those whose number was shown, at once and on the urgent queue, also when its place is not known.
func TestAnEmergency(t *testing.T) {
	t.Parallel()
	w := newWorld(t, "")
	w.run(time.Second)
	tip, _ := w.tell(intake.Report{Emergency: "fire", Where: "说不清", Words: "冒烟", Channel: "web"})
	w.finished()
	c, err := w.cases.ByTip(t.Context(), tip)
	must(t, err)
	r, err := w.triage.Reading(t.Context(), tip)
	must(t, err)
	if c.Priority != "P0" || !c.Emergency || c.Lead != "emergency" || !slices.Contains(c.Co, "fire") || c.Guessed || !r.Urgent {
		t.Errorf("priority %s, lead %s, co %v, urgent %v", c.Priority, c.Lead, c.Co, r.Urgent)
	}
}

// A tip that accuses officials is seen by its own units only and is never joined with the case of the same place.
func TestASealedTipStaysAlone(t *testing.T) {
	t.Parallel()
	w := newWorld(t, "")
	w.run(time.Second)
	const words = "旧砖窑里夜里熬东西，味道呛人，有人通风报信，一来查就关门"
	open, _ := w.tell(w.workshop(w.village(5), "旧砖窑里夜里熬东西，味道呛人，一来查就关门"))
	w.finished()
	sealed, _ := w.tell(w.workshop(w.village(5), words))
	w.finished()
	after, _ := w.tell(w.workshop(w.village(5), "旧砖窑里夜里熬东西，味道呛人，一来查就关门了"))
	w.finished()
	c, err := w.cases.ByTip(t.Context(), sealed)
	must(t, err)
	if !c.Sealed || c.Lead != "discipline" || !slices.Equal(c.Sees, []string{"discipline"}) || len(c.Tips) != 1 {
		t.Errorf("sealed %v, lead %s, seen by %v, %d tips", c.Sealed, c.Lead, c.Sees, len(c.Tips))
	}
	o, err := w.cases.ByTip(t.Context(), open)
	must(t, err)
	if len(o.Tips) != 2 || !o.Holds(after) {
		t.Errorf("the ordinary case has %v", o.Tips)
	}
	for _, c := range append(w.all(), c) {
		if has(c.Reasons, "砖窑") || has(c.Reasons, "呛人，") {
			t.Errorf("the reasons of %s repeat the words: %v", c.Number, c.Reasons)
		}
	}
}

// What was closed and comes again is a new case that says so.
func TestRecurrence(t *testing.T) {
	t.Parallel()
	w := newWorld(t, "")
	w.run(time.Second)
	report := w.workshop(w.village(7), "河边的旧仓库里又是桶又是罐，半夜有罐车来，味道呛得睡不着觉")
	first, _ := w.tell(report)
	w.finished()
	c, err := w.cases.ByTip(t.Context(), first)
	must(t, err)
	for _, step := range []struct {
		act cases.Action
		in  cases.Input
	}{{cases.Sign, cases.Input{}}, {cases.Look, cases.Input{}}, {cases.Conclude, cases.Input{Outcome: cases.Unclear, Note: "门锁着，没有看到人"}}, {cases.Close, cases.Input{}}} {
		step.in.Version = c.Version
		c, err = w.cases.Do(t.Context(), handler(c.Lead), c.ID, step.act, step.in)
		must(t, err)
	}
	again, _ := w.tell(report)
	w.finished()
	n, err := w.cases.ByTip(t.Context(), again)
	must(t, err)
	if n.ID == c.ID || !has(n.Reasons, "复发") || !has(n.Reasons, c.Number) {
		t.Errorf("case %s, reasons %v", n.Number, n.Reasons)
	}
	third, _ := w.tell(report)
	w.finished()
	if k, err := w.cases.ByTip(t.Context(), third); err != nil || k.ID != n.ID {
		t.Errorf("the third tip is in %s, want %s (%v)", k.Number, n.Number, err)
	}
}

// A photo that comes later is read; the others are not read again, and the tip stays in its case.
func TestLaterEvidence(t *testing.T) {
	t.Parallel()
	w := newWorld(t, "")
	w.run(time.Second)
	tip, code := w.tell(w.workshop(w.village(9), "果园的房子里有人分装东西"), photo(t, 2))
	w.finished()
	before, err := w.triage.Reading(t.Context(), tip)
	must(t, err)
	c, err := w.cases.ByTip(t.Context(), tip)
	must(t, err)

	v, err := w.intake.Look(t.Context(), code)
	must(t, err)
	d := w.intake.NewDraft()
	st, err := w.intake.Stage(t.Context(), d, intake.Photo, bytes.NewReader(photo(t, 3)))
	must(t, err)
	must(t, w.intake.Say(t.Context(), v, d, "又拍了一张", []string{st.Token}))
	if len(w.waiting()) != 1 {
		t.Log("the worker was faster than the test")
	}
	w.finished()
	after, err := w.triage.Reading(t.Context(), tip)
	must(t, err)
	if len(after.Pictures) != 2 || after.Pictures[0] != before.Pictures[0] || !after.Pictures[1].OK {
		t.Errorf("pictures %+v, before %+v", after.Pictures, before.Pictures)
	}
	now, err := w.cases.ByTip(t.Context(), tip)
	must(t, err)
	if now.ID != c.ID || len(now.Tips) != 1 || len(w.all()) != 1 {
		t.Errorf("case %s with %d tips, was %s", now.Number, len(now.Tips), c.Number)
	}
}

// different are tips about different matters: nobody would join them.
func (w *world) different(n int) []intake.TipID {
	tips := make([]intake.TipID, n)
	for i := range tips {
		tips[i], _ = w.tell(w.workshop(w.village(10+i), fmt.Sprintf("第%d处，说不太清", i)))
	}
	return tips
}

// The desk is told why a position in a photo is not believed, if the person let the photos be used for the place.
func TestAPhotoWhosePlaceIsNotBelieved(t *testing.T) {
	t.Parallel()
	w := newWorld(t, "")
	w.run(time.Second)
	for _, allowed := range []bool{true, false} {
		r := w.workshop(w.village(5), "院里有怪味，夜里有车进出")
		r.PhotoPlace = allowed
		tip, _ := w.tell(r, sample(t, "nofix.jpg"))
		w.finished()
		got, err := w.triage.Reading(t.Context(), tip)
		must(t, err)
		if has(got.Place.Reasons, "照片里的位置不可信") != allowed || got.Place.Village != w.village(5).Code {
			t.Errorf("allowed %v: %+v", allowed, got.Place)
		}
	}
}
