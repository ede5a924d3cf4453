package intake_test

import (
	"bytes"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"qianshao/intake"
	"qianshao/intake/fault"
)

// call is a right submission that somebody took down.
func call(order string) intake.Submission {
	return intake.Submission{Report: intake.Report{Words: "夜里有人拉桶", Where: "老砖厂", Channel: "hotline", Order: order}}
}

func (w *world) county(t *testing.T, s string) time.Time {
	t.Helper()
	at, err := w.ParseTold(s)
	must(t, err)
	return at
}

func TestWhatWasTakenDownIsChecked(t *testing.T) {
	w := newWorld(t)
	told := w.Profile.Day(w.now()).AddDate(0, 0, -2).Add(9 * time.Hour)
	for name, c := range map[string]struct {
		told        time.Time
		order, want string
	}{
		"right":        {told, " gd２０26-0001 ", ""},
		"nothing":      {},
		"future":       {w.now().Add(time.Minute), "", "told:told.future"},
		"last day":     {w.Profile.Day(w.now()).AddDate(0, 0, -30), "", ""},
		"too long ago": {w.Profile.Day(w.now()).AddDate(0, 0, -30).Add(-time.Minute), "", "told:told.old"},
		"words":        {told, "工单一号", "order:order.format"},
		"formula":      {told, "=1+1234", "order:order.format"},
	} {
		sub := call(c.order)
		sub.Report.Told = c.told
		got, wrong := w.Check(w.NewDraft(), sub)
		if s := strings.Join(keys(wrong), " "); s != c.want && (c.want != "" || len(wrong) > 0) {
			t.Errorf("%s: %q, want %q", name, s, c.want)
		}
		if name == "right" && (got.Report.Order != "GD2026-0001" || !got.Report.Told.Equal(told)) {
			t.Errorf("cleaned to %q, %v", got.Report.Order, got.Report.Told)
		}
	}
	sub := call("2026-0001")
	sub.Report.Channel, sub.Report.Told = "web", told
	if got, _ := w.Check(w.NewDraft(), sub); got.Report.Order != "" || !got.Report.Told.IsZero() {
		t.Error("a resident's form chose when it came, or took a work order")
	}
}

func TestWhenItWasTold(t *testing.T) {
	w := newWorld(t)
	for typed, want := range map[string]string{
		"2026-11-20T09:05": "2026-11-20 09:05", "2026/11/20 9:05:59": "2026-11-20 09:05", "2026年11月20日9时5分": "2026-11-20 09:05", "2026.11.20 9：05": "2026-11-20 09:05",
		"2026-11-20": "2026-11-20 23:59", "２０２６年１月２日": "2026-01-02 23:59",
	} {
		if got := w.county(t, typed).Format("2006-01-02 15:04"); got != want {
			t.Errorf("%s: %s, want %s", typed, got, want)
		}
	}
	today := w.Profile.Day(w.now())
	if got := w.county(t, today.Format("2006-1-2")); got.After(w.now()) || w.now().Sub(got) > 2*time.Minute {
		t.Errorf("today alone: %v", got)
	}
	for _, typed := range []string{"", "昨天", "2026-13-01 10:00", "2026-11-20 25:00", "11-20 10:00", "<b>"} {
		if _, err := w.ParseTold(typed); !hasKey(err, "told.format") {
			t.Errorf("%q: %v", typed, err)
		}
	}
}

// The tip is as old as the call for who was first, and as new as it is for the worker.
func TestToldBeforeReceived(t *testing.T) {
	w := newWorld(t)
	d, sub := w.NewDraft(), call("")
	sub.Report.Told = w.county(t, w.now().In(w.Profile.Zone).AddDate(0, 0, -3).Format("2006-1-2 15:4"))
	r, err := w.Submit(t.Context(), d, sub)
	must(t, err)
	tip, err := w.Open(t.Context(), d.Tip())
	must(t, err)
	if !tip.Told.Equal(sub.Report.Told) || w.now().Sub(tip.Received) > time.Minute {
		t.Errorf("told %v, received %v", tip.Told, tip.Received)
	}
	v, err := w.Look(t.Context(), r.Code)
	must(t, err)
	if !v.Day.Equal(w.Profile.Day(sub.Report.Told)) {
		t.Errorf("the person reads that it came on %v", v.Day)
	}
	d = w.NewDraft()
	_, err = w.Submit(t.Context(), d, simple())
	must(t, err)
	if tip, err = w.Open(t.Context(), d.Tip()); err != nil || !tip.Told.Equal(tip.Received) {
		t.Errorf("a tip of the web was told %v, received %v", tip.Told, tip.Received)
	}
}

func TestOneTipForAWorkOrder(t *testing.T) {
	w := newWorld(t)
	d := w.NewDraft()
	first, err := w.Submit(t.Context(), d, call("GD2026-0001"))
	must(t, err)
	if r, err := w.Submit(t.Context(), d, call("GD2026-0001")); err != nil || r.Code != first.Code || !r.Again {
		t.Errorf("the same form again: %v", err)
	}
	_, err = w.Submit(t.Context(), w.NewDraft(), call("gd 2026-0001"))
	if !hasKey(err, "order.taken") || fault.KindOf(err) != fault.Conflict {
		t.Errorf("the same order on another form: %v", err)
	}
	if s := fault.Sentence(fault.DefaultLang, err); !strings.Contains(s, w.now().In(w.Profile.Zone).Format("1月2日")) {
		t.Errorf("it does not say when: %s", s)
	}
	o, taken, err := w.FindOrder(t.Context(), "gd2026-0001")
	if err != nil || !taken || o.Tip != d.Tip() || o.Number != "GD2026-0001" {
		t.Errorf("found %+v, %t, %v", o, taken, err)
	}
	n := 0
	for o, err := range w.Orders(t.Context(), w.now().Add(-time.Hour)) {
		must(t, err)
		if n++; o.Tip != d.Tip() {
			t.Error("another tip is listed")
		}
	}
	if n != 1 {
		t.Errorf("%d orders listed, want 1", n)
	}
}

func TestManyTakeOneWorkOrder(t *testing.T) {
	w := newWorld(t)
	var wait sync.WaitGroup
	var mu sync.Mutex
	won := 0
	for range 8 {
		wait.Go(func() {
			_, err := w.Submit(t.Context(), w.NewDraft(), call("20260001"))
			mu.Lock()
			defer mu.Unlock()
			if err == nil {
				won++
			} else if fault.KindOf(err) != fault.Conflict {
				t.Errorf("lost with %v", err)
			}
		})
	}
	wait.Wait()
	if won != 1 {
		t.Errorf("%d tips of one work order", won)
	}
}

// An order whose tip never came, or came with another number, is free again.
func TestAWorkOrderIsNotLost(t *testing.T) {
	w := newWorld(t)
	d := w.NewDraft()
	w.docs.before.Store(on("insert", "tips"))
	if _, err := w.Submit(t.Context(), d, call("20260001")); fault.KindOf(err) != fault.Busy {
		t.Fatalf("store away: %v", err)
	}
	w.docs.before.Store(nil)
	if _, taken, err := w.FindOrder(t.Context(), "20260001"); taken || err != nil {
		t.Errorf("an order without a tip is taken: %v", err)
	}
	if _, err := w.Submit(t.Context(), w.NewDraft(), call("20260001")); !hasKey(err, "order.taking") {
		t.Errorf("while the first may still be on its way: %v", err)
	}
	_, err := w.Submit(t.Context(), d, call("20260002")) // the number was mistyped
	must(t, err)
	w.advance(time.Minute)
	_, err = w.Submit(t.Context(), w.NewDraft(), call("20260001"))
	must(t, err)
	if _, err = w.Submit(t.Context(), w.NewDraft(), call("20260002")); !hasKey(err, "order.taken") {
		t.Errorf("the second number: %v", err)
	}
}

func TestTheDraftOfAnOrderIsTheSameTwice(t *testing.T) {
	w := newWorld(t)
	a, err := w.OrderDraft("gd-0001")
	must(t, err)
	b, err := w.OrderDraft("GD-0001")
	must(t, err)
	c, err := w.OrderDraft("GD-0002")
	must(t, err)
	if a.Tip() != b.Tip() || a.Tip() == c.Tip() {
		t.Error("a work order does not decide its tip")
	}
	if _, err := w.OpenDraft(a.Token); err == nil {
		t.Error("the form of a work order can be sent from outside")
	}
	if _, err := w.OrderDraft(""); !hasKey(err, "order.format") {
		t.Errorf("no number: %v", err)
	}
}

func TestReadBack(t *testing.T) {
	w := newWorld(t)
	d := w.NewDraft()
	r, err := w.Submit(t.Context(), d, call(""))
	must(t, err)
	tail := r.Code.Fours()[3]
	wrong := "0000"
	if wrong == tail {
		wrong = "0001"
	}
	for _, said := range []string{"", wrong, tail + tail} {
		if err := w.KeepRead(t.Context(), d, said); !hasKey(err, "keep.tail") {
			t.Errorf("%q: %v", said, err)
		}
	}
	must(t, w.KeepRead(t.Context(), d, tail[:2]+" "+tail[2:]))
	if again, sent, err := w.Sent(t.Context(), d, false); err != nil || !sent || !again.Kept || again.Code != "" {
		t.Errorf("after it was read back: kept %t, %v", again.Kept, err)
	}
}

func TestNoNumberAtRest(t *testing.T) {
	w := newWorld(t)
	_, err := w.Submit(t.Context(), w.NewDraft(), call("GDMARKED20260001"))
	must(t, err)
	err = filepath.WalkDir(w.dir, func(path string, d os.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		if strings.Contains(readFile(t, path), "MARKED") {
			t.Errorf("%s holds the number", path)
		}
		return nil
	})
	must(t, err)
	if bytes.Contains(w.log.Bytes(), []byte("MARKED")) {
		t.Error("the log holds the number")
	}
}
