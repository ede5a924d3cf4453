package answers_test

import (
	"context"
	"encoding/json"
	"errors"
	"slices"
	"strings"
	"testing"

	"qianshao/config/engine/docs"
	"qianshao/intake"
	"qianshao/notify/answers"
	"qianshao/notify/lint"
	"qianshao/triage"
	"qianshao/triage/cases"
	"qianshao/triage/cases/disposal/disposaltest"
)

func word(key, text string) answers.Draft {
	return answers.Draft{Writing: cases.Writing{Action: cases.Write, Key: key, Text: text}}
}

func count(thread []intake.Message, text string) (n int) {
	for _, m := range thread {
		if strings.Contains(m.Text, text) {
			n++
		}
	}
	return n
}

// TestDeliveryOutlivesACrash stops between the writing of a letter, its delivery and the note of it, and lets several workers go on at once.
func TestDeliveryOutlivesACrash(t *testing.T) {
	w := newWorld(t)
	a, b := w.person(), w.person()
	id := w.open(a)
	w.join(id, b)
	c := w.get(id)
	// The letter is written, and the process dies before it is delivered.
	_, err := w.cases.Write(t.Context(), lead, id, cases.Writing{Action: cases.Write, Key: "k1", Version: c.Version, Text: "今天去看过了。"})
	w.must(err)
	if count(w.thread(a), "今天去看过了") != 0 {
		t.Fatal("it is delivered before it is posted")
	}
	// One copy is delivered, and the process dies before that is noted.
	l := w.get(id).Letters[0]
	w.must(w.intake.Deliver(t.Context(), a.tip, intake.Letter{Key: l.ID, Unit: l.Unit, Text: "今天去看过了。"}))
	done := make(chan error, 4)
	for range cap(done) {
		go func() { _, err := w.answers.Sweep(context.WithoutCancel(t.Context())); done <- err }()
	}
	for range cap(done) {
		w.must(<-done)
	}
	for _, p := range []*person{a, b} {
		if n := count(w.thread(p), "今天去看过了"); n != 1 {
			t.Errorf("it was delivered %d times", n)
		}
	}
	if page, err := w.cases.Posting(t.Context(), ""); err != nil || len(page.Items) != 0 {
		t.Errorf("%d cases still have something to deliver, %v", len(page.Items), err)
	}
}

// TestWhatIsSaidWaitsForItsCase: a person rates and withdraws before the desk is there; the sweep tells it as soon as it is.
func TestWhatIsSaidWaitsForItsCase(t *testing.T) {
	w := newWorld(t)
	p := w.person()
	w.must(w.intake.Speak(t.Context(), p.visit, w.intake.NewDraft(), intake.Spoken{Turn: intake.Withdrawal}))
	if err := w.answers.Heard(t.Context(), p.tip); !errors.Is(err, docs.ErrNotFound) {
		t.Fatalf("heard without a case: %v", err)
	}
	w.sweep()
	id := w.open(p)
	w.sweep()
	if c := w.get(id); !c.Tips[0].Withdrawn || c.State != cases.Unsigned {
		t.Errorf("the case does not know of it: %+v", c.Tips)
	}
	if err := w.send(lead, id, word("k", "今天去看过了。")); err == nil {
		t.Error("somebody is written to who withdrew")
	}
}

// TestAnswersOfAMergedCase: what was written before a person joined two cases is delivered, and who comes from the other case gets what was said to the matter.
func TestAnswersOfAMergedCase(t *testing.T) {
	w := newWorld(t)
	a, b := w.person(), w.person()
	from, into := w.open(a), w.open(b)
	w.must(w.send(lead, into, word("k1", "水样已经送去检测。")))
	c := w.get(from)
	_, err := w.cases.Write(t.Context(), lead, from, cases.Writing{Action: cases.Write, Key: "k2", Version: c.Version, Text: "明天去看。"})
	w.must(err)
	w.must(w.cases.Merge(t.Context(), duty, from, into, cases.Input{Version: w.get(from).Version}))
	_, _, err = w.cases.Finish(t.Context(), from, cases.Opening{})
	w.must(err)
	w.sweep()
	if count(w.thread(a), "明天去看") != 1 || count(w.thread(a), "水样") != 1 || count(w.thread(b), "明天去看") != 0 {
		t.Errorf("a reads %+v, b reads %+v", w.thread(a), w.thread(b))
	}
	w.must(w.send(lead, into, word("k3", "检测正常。")))
	if count(w.thread(a), "检测正常") != 1 || count(w.thread(b), "检测正常") != 1 {
		t.Error("one answer for the matter does not reach both")
	}
}

// TestTheSameFormWritesOnce, also when others did something in between; an old page with other words is told so.
func TestTheSameFormWritesOnce(t *testing.T) {
	w := newWorld(t)
	p := w.person()
	id := w.open(p)
	d := word("k", "今天去看过了。")
	d.Version = w.get(id).Version
	for range 2 {
		_, err := w.answers.Send(t.Context(), lead, id, d)
		w.must(err)
	}
	w.must(w.do(lead, id, cases.Sign, cases.Input{}))
	_, err := w.answers.Send(t.Context(), lead, id, d)
	w.must(err)
	if n := count(w.thread(p), "今天去看过了"); n != 1 {
		t.Errorf("written %d times", n)
	}
	if raw, err := json.Marshal(w.get(id)); err != nil || strings.Contains(string(raw), "去看过") {
		t.Errorf("the case holds the words in the open, %v", err)
	}
	old := word("k2", "别的话。")
	old.Version = d.Version
	if _, err := w.answers.Send(t.Context(), lead, id, old); err == nil {
		t.Error("an old page writes")
	}
	stranger := lead
	stranger.Unit = "market"
	if _, err := w.answers.Send(t.Context(), stranger, id, word("k3", "今天去看过了。")); err == nil {
		t.Error("a stranger writes")
	}
}

// TestNobodyReadsTheWordsOfAnother: what one tip says is stopped in an answer to another one, also when its person has withdrawn; one's own words are only asked about.
func TestNobodyReadsTheWordsOfAnother(t *testing.T) {
	w := newWorld(t)
	a, b := w.person(), w.person()
	id := w.open(a)
	w.join(id, b)
	w.must(w.intake.Speak(t.Context(), b.visit, w.intake.NewDraft(), intake.Spoken{Words: "半夜有一辆蓝色罐车往院里倒东西"}))
	send := func(to *person) answers.Checked {
		d := word("k", "您说的半夜有一辆蓝色罐车往院里倒，我们去看过了。")
		d.Tip, d.Version = to.tip, w.get(id).Version
		checked, err := w.answers.Send(t.Context(), lead, id, d)
		w.must(err)
		return checked
	}
	stopped := func(c answers.Checked) bool {
		return c.Warned == "" && len(c.Findings) == 1 && c.Findings[0].Rule == lint.Echo
	}
	if c := send(b); c.Warned == "" {
		t.Errorf("their own words: %+v", c)
	}
	if c := send(a); !stopped(c) {
		t.Errorf("the words of another: %+v", c)
	}
	w.must(w.intake.Speak(t.Context(), b.visit, w.intake.NewDraft(), intake.Spoken{Turn: intake.Withdrawal}))
	w.sweep()
	if c := send(a); !stopped(c) {
		t.Errorf("the words of one who withdrew: %+v", c)
	}
	if len(w.thread(a)) != 0 {
		t.Errorf("a reads %+v", w.thread(a))
	}
}

// read is how much of what was said the machine has read.
type read int

func (n read) Reading(context.Context, intake.TipID) (triage.Reading, error) {
	return triage.Reading{Heard: int(n)}, nil
}

// TestFindingsTellNothingUnread tries words that their writer must not have read, and learns nothing of them: a masked number, what may accuse who is looking
// because the machine has not read it yet, and an objection.
func TestFindingsTellNothingUnread(t *testing.T) {
	w := newWorld(t)
	p := w.person()
	id := w.open(p)
	echoes := func(a cases.Actor, text string) bool {
		d := word("probe", text)
		d.Version = w.get(id).Version
		checked, err := w.answers.Send(t.Context(), a, id, d)
		w.must(err)
		if len(checked.Findings) == 0 {
			t.Fatalf("%q went", text)
		}
		return slices.ContainsFunc(checked.Findings, func(f lint.Finding) bool { return f.Rule == lint.Echo })
	}
	const stilted = "我们高度重视。"
	w.must(w.intake.Speak(t.Context(), p.visit, w.intake.NewDraft(), intake.Spoken{Words: "问老刘，13812345678，他看见罐车往沟里倒东西"}))
	if echoes(lead, stilted+"是12345678吗？") {
		t.Error("digits of a masked number are told")
	}
	const words = "您看见罐车往沟里倒东西，我们去看过了。"
	for heard, want := range map[read]bool{0: false, 1: true} {
		w.answers.Readings = heard
		if got := echoes(lead, stilted+words); got != want {
			t.Errorf("%d lines read: %t", heard, got)
		}
	}
	w.answers.Readings = nil
	for _, act := range []cases.Action{cases.Sign, cases.Look} {
		w.must(w.do(lead, id, act, cases.Input{}))
	}
	w.must(w.do(lead, id, cases.Register, cases.Input{Record: disposaltest.Survey(w.profile.Day(w.now()))}))
	w.must(w.do(lead, id, cases.Conclude, cases.Input{Outcome: cases.True}))
	end := word("end", "查过了，属实。去现场看过，设备查封了。奖励等处罚定了再说。")
	end.Ends = true
	w.must(w.send(lead, id, end))
	w.must(w.intake.Speak(t.Context(), p.visit, w.intake.NewDraft(), intake.Spoken{Turn: intake.Objection, Words: "后院还有两口池子没有人去看"}))
	w.sweep()
	const plea = "后院还有两口池子没有人去看，明天去。"
	if echoes(lead, stilted+plea) {
		t.Error("who concluded learns what an objection says")
	}
	if !echoes(duty, stilted+plea) {
		t.Error("who decides about it is not warned")
	}
}

// TestNamesOfTheRecordsStay, however they are pulled apart; the given name alone is asked about, for it may be another word.
func TestNamesOfTheRecordsStay(t *testing.T) {
	w := newWorld(t)
	id := w.open(w.person())
	w.must(w.do(lead, id, cases.Sign, cases.Input{}))
	w.must(w.do(lead, id, cases.Look, cases.Input{}))
	form := disposaltest.Survey(w.profile.Day(w.now()))
	form.Survey.Operator = "郝德厚"
	w.must(w.do(lead, id, cases.Register, cases.Input{Record: form}))
	for text, blocks := range map[string]bool{"设备是郝、德厚的，已经封存。": true, "设备是德厚的，已经封存。": false} {
		d := word("k", text)
		d.Version = w.get(id).Version
		checked, err := w.answers.Send(t.Context(), lead, id, d)
		w.must(err)
		if len(checked.Findings) != 1 || checked.Findings[0].Rule != lint.Person || lint.Blocks(checked.Findings) != blocks {
			t.Errorf("%s: %+v", text, checked)
		}
	}
}
