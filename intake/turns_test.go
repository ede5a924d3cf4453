package intake_test

import (
	"testing"
	"time"

	"qianshao/intake"
	"qianshao/intake/fault"
)

// talking is a world with the days of a profile, and one tip.
func talking(t *testing.T) (*world, *intake.Draft, intake.Code, *intake.Visit) {
	t.Helper()
	w := newWorld(t)
	w.Profile.Answers.AskDays, w.Profile.Answers.ObjectionDays, w.Profile.Answers.RatingDays, w.Profile.Answers.KeepDays = 7, 10, 30, 100
	w.Profile.Casework.Reopenings = 1
	d, code := w.sent(t, simple())
	v, err := w.Look(t.Context(), code)
	must(t, err)
	return w, d, code, v
}

func TestWhatMayBeSaidWhen(t *testing.T) {
	w, d, _, v := talking(t)
	say := func(sp intake.Spoken) string {
		err := w.Speak(t.Context(), v, w.NewDraft(), sp)
		if all := fault.All(err); len(all) > 0 {
			return all[0].Key
		}
		must(t, err)
		return ""
	}
	want := func(step string, sp intake.Spoken, key string) {
		t.Helper()
		if got := say(sp); got != key {
			t.Errorf("%s: %q, want %q", step, got, key)
		}
	}
	object := intake.Spoken{Turn: intake.Objection, Words: "院子后面还有一个棚"}
	rate := func(how string) intake.Spoken {
		return intake.Spoken{Turn: intake.Rating, Choice: how, Words: "院子后面还有一个棚"}
	}
	want("rated before the answer", rate(intake.Fair), "rate.early")
	want("objected before the answer", object, "object.early")
	want("answered what nobody asked", intake.Spoken{Turn: intake.Reply, Ref: "q", Words: "朝南"}, "talk.unasked")
	must(t, w.Deliver(t.Context(), d.Tip(), intake.Letter{Key: "q", Turn: intake.Question, Text: "大门朝哪边？", Until: w.now().AddDate(0, 0, 7)}))
	want("no answer at all", intake.Spoken{Turn: intake.Reply, Ref: "q"}, "say.empty")
	want("does not know", intake.Spoken{Turn: intake.Reply, Ref: "q", Choice: intake.Unsaid}, "")
	must(t, w.Deliver(t.Context(), d.Tip(), intake.Letter{Key: "c", Turn: intake.Conclusion, Text: "不属实。"}))
	want("no rating", rate(""), "rate.choice")
	want("an objection without a reason", intake.Spoken{Turn: intake.Objection, Words: "不对"}, "object.reason")
	want("rated", rate(intake.Unhappy), "")
	want("rated again", rate(intake.Pleased), "rate.done")
	w.advance(9 * 24 * time.Hour)
	want("objected on the last day but one", object, "")
	want("objected while it is looked at", object, "object.done")
	must(t, w.Deliver(t.Context(), d.Tip(), intake.Letter{Key: "r", Turn: intake.Ruling, Text: "维持，棚里是草料。"}))
	want("objected more often than the profile lets", object, "object.done")
	want("withdrawn after the answer", intake.Spoken{Turn: intake.Withdrawal}, "withdraw.late")
	d, code := w.sent(t, simple())
	v, err := w.Look(t.Context(), code)
	must(t, err)
	want("withdrawn", intake.Spoken{Turn: intake.Withdrawal}, "")
	want("withdrawn again", intake.Spoken{Turn: intake.Withdrawal}, "")
	want("said after the withdrawal", intake.Spoken{Words: "还有一句"}, "talk.withdrawn")
	must(t, w.Deliver(t.Context(), d.Tip(), intake.Letter{Key: "late", Text: "MARKED"}))
	v, err = w.Look(t.Context(), code)
	must(t, err)
	if len(v.Thread) != 1 || v.Thread[0].Turn != intake.Withdrawal || v.Photos != 0 {
		t.Errorf("who withdrew sees %+v", v.Thread)
	}
}

func TestObjectionsAndRatingsHaveTheirDays(t *testing.T) {
	w, d, _, v := talking(t)
	must(t, w.Deliver(t.Context(), d.Tip(), intake.Letter{Key: "c", Turn: intake.Conclusion, Text: "不属实。"}))
	v, err := w.Resume(t.Context(), v.Token)
	must(t, err)
	for day, want := range map[int][2]bool{10: {true, true}, 11: {false, true}, 30: {false, true}, 31: {false, false}} {
		w.clock.Store(int64(day) * int64(24*time.Hour))
		if talk := w.Talk(v); talk.MayObject != want[0] || talk.MayRate != want[1] {
			t.Errorf("after %d days: objection %t, rating %t", day, talk.MayObject, talk.MayRate)
		}
	}
}

// TestOnlyWhatWasNeverReadExpires, and only once it is old enough.
func TestOnlyWhatWasNeverReadExpires(t *testing.T) {
	w, d, _, v := talking(t)
	must(t, w.Answer(t.Context(), d.Tip(), "k1", "u", "第一句"))
	_, err := w.Resume(t.Context(), v.Token)
	must(t, err)
	must(t, w.Answer(t.Context(), d.Tip(), "k2", "u", "第二句"))
	w.advance(60 * 24 * time.Hour)
	must(t, w.Answer(t.Context(), d.Tip(), "k3", "u", "第三句"))
	texts := func() (all []string) {
		f, err := w.Following(t.Context(), d.Tip())
		must(t, err)
		for _, m := range f.Thread {
			all = append(all, m.Text)
		}
		return all
	}
	if n, err := w.Expire(t.Context()); err != nil || n != 0 {
		t.Errorf("%d dialogues expired too early, %v", n, err)
	}
	w.advance(41 * 24 * time.Hour)
	if n, err := w.Expire(t.Context()); err != nil || n != 1 {
		t.Errorf("%d dialogues expired, %v", n, err)
	}
	if got := texts(); got[0] != "第一句" || got[1] != "" || got[2] != "第三句" {
		t.Errorf("left are %q", got)
	}
	w.advance(60 * 24 * time.Hour)
	if n, err := w.Expire(t.Context()); err != nil || n != 1 || texts()[2] != "" {
		t.Errorf("the third one stays: %d, %v", n, err)
	}
	if n, err := w.Expire(t.Context()); err != nil || n != 0 {
		t.Errorf("it expires again: %d, %v", n, err)
	}
}
