package outcome

import (
	"bytes"
	"encoding/json"
	"fmt"
	"image/jpeg"
	"slices"
	"strings"
	"testing"
	"time"

	"qianshao/config/county"
	"qianshao/config/engine/docs"
	"qianshao/notify/outcome/anonymity"
	"qianshao/notify/outcome/blur"
	"qianshao/triage/cases"
	"qianshao/triage/cases/disposal"
)

func TestFromTheCaseToEverybody(t *testing.T) {
	p := newPress(t)
	ctx := t.Context()
	c := p.closed()
	if n := p.swept(); n != 1 {
		t.Fatalf("the sweep did %d things", n)
	}
	if n := p.swept(); n != 0 {
		t.Errorf("the second sweep did %d things", n)
	}
	it := p.only(writer, Draft)
	want := Text{"大武镇：查处一处无证无照的“小化工”窝点", "2026年10月，县应急局在大武镇依法查处一处无证无照的“小化工”窝点。\n处理情况：彻底拆除生产设备，清理厂房、原料和产品，立案处罚。\n依法罚款 12 万元。\n县安委会办公室会按规定回头看，防止死灰复燃。"}
	want.Text = strings.Replace(want.Text, "县安委会办公室", "县安委办", 1)
	if it.Content.Machine.Title != want.Title || !strings.HasPrefix(it.Content.Machine.Text, "2026年10月，") || !strings.Contains(it.Content.Machine.Text, "依法罚款 12 万元。") {
		t.Errorf("drafted %+v", it.Content.Machine)
	}
	if len(it.Content.Findings) != 0 {
		t.Errorf("the machine's own draft: %+v", it.Content.Findings)
	}
	if strings.Contains(it.Outcome.ID, c.ID[:6]) || len(it.Outcome.ID) != 6 {
		t.Errorf("id %s", it.Outcome.ID)
	}
	id := it.Outcome.ID

	// With a trace it goes nowhere.
	o, err := p.Save(ctx, writer, id, it.Outcome.Version, Text{"大武镇查处一处窝点", "10月12日接到举报，查处一处窝点。"})
	ok(t, err)
	if _, err := p.Send(ctx, writer, id, o.Version); key(err) != "outcome.blocked" {
		t.Fatalf("sent with a trace: %v", err)
	}
	o, err = p.Save(ctx, writer, id, o.Version, Text{"大武镇查处一处窝点", "大武镇查处一处窝点，当事人张某被处罚。"})
	ok(t, err)
	for by, want := range map[string]string{writer.ID: "outcome.twice", approver.ID: "outcome.moved"} {
		if _, err := p.Save(ctx, cases.Actor{ID: by, Role: writer.Role, Unit: writer.Unit}, id, o.Version-1, Text{"大武镇查处一处窝点", "查处一处窝点。"}); key(err) != want {
			t.Errorf("%s saved over what the writer wrote: %v, want %s", by, err, want)
		}
	}
	if _, err := p.Approve(ctx, approver, id, o.Version, nil); key(err) != "outcome.state" {
		t.Errorf("approved what nobody sent: %v", err)
	}
	o, err = p.Send(ctx, writer, id, o.Version)
	ok(t, err)

	// Two people, and a reason for what only asks.
	if _, err := p.Approve(ctx, writer, id, o.Version, nil); key(err) != "outcome.two" {
		t.Errorf("the writer approves: %v", err)
	}
	if _, err := p.Approve(ctx, approver, id, o.Version, nil); key(err) != "outcome.reason" {
		t.Errorf("without a reason: %v", err)
	}
	content := p.only(approver, Review).Content
	if len(content.Findings) != 1 || content.Findings[0].Severity != anonymity.Ask {
		t.Fatalf("findings %+v", content.Findings)
	}
	o, err = p.Approve(ctx, approver, id, o.Version, map[string]string{Key(content.Findings[0]): "姓已隐去，公示里也这样写"})
	ok(t, err)
	if due := o.Due.In(p.Profile.Zone).Format(time.DateOnly); due != "2026-11-25" { // 30 days after the closing, on a day of the batch
		t.Errorf("due %s", due)
	}
	if _, err := p.Read(ctx, id); key(err) != "outcome.unknown" {
		t.Errorf("read before its day: %v", err)
	}
	p.now = o.Due.Add(-time.Second)
	if n := p.swept(); n != 0 {
		t.Errorf("published too early: %d", n)
	}
	p.now = o.Due
	if n := p.swept(); n != 1 {
		t.Errorf("published %d", n)
	}
	if n := p.swept(); n != 0 {
		t.Errorf("published again: %d", n)
	}
	got, err := p.Read(ctx, id)
	ok(t, err)
	if got.Text != "大武镇查处一处窝点，当事人张某被处罚。" || got.Month != "2026-10" || got.Town != dawu || got.FineFen != 120_000_00 || !got.Day.Equal(o.Due) {
		t.Errorf("published %+v", got)
	}

	// Taken down, with a reason that is looked through too.
	item := p.only(writer, Publicly)
	if _, err := p.Withdraw(ctx, writer, id, item.Outcome.Version, "短"); key(err) != "desk.reason" {
		t.Errorf("no reason: %v", err)
	}
	if _, err := p.Withdraw(ctx, writer, id, item.Outcome.Version, "举报人10月12日来电要求删除"); key(err) != "outcome.leak" {
		t.Errorf("a reason with a trace: %v", err)
	}
	_, err = p.Withdraw(ctx, writer, id, item.Outcome.Version, "罚款的数字写错了")
	ok(t, err)
	got, err = p.Read(ctx, id)
	ok(t, err)
	if got.Withdrawn != "罚款的数字写错了" || got.Title+got.Text+got.Town+got.Month != "" || len(got.Photos) > 0 || !got.Taken.Equal(p.Profile.Day(p.now)) {
		t.Errorf("taken down: %+v", got)
	}
	p.swept()
	if all, _, err := p.Page(ctx, writer, Draft, ""); err != nil || len(all) != 0 {
		t.Errorf("what was taken down was drafted again by itself: %d, %v", len(all), err)
	}
	anew, err := p.Again(ctx, writer, id)
	ok(t, err)
	if second, err := p.Again(ctx, approver, id); err != nil || second.ID != anew.ID || anew.ID == id || anew.State != Draft {
		t.Errorf("drafted again: %s %s, then %s, %v", anew.ID, anew.State, second.ID, err)
	}
	if _, err := p.Again(ctx, writer, anew.ID); key(err) != "outcome.state" {
		t.Errorf("a draft is drafted again: %v", err)
	}
	if got, err := p.Read(ctx, id); err != nil || got.Withdrawn == "" {
		t.Errorf("the old one: %+v, %v", got, err)
	}
	if n, err := p.Totals(ctx); err != nil || n.All != 0 {
		t.Errorf("totals %+v, %v", n, err)
	}
	log, err := p.Custody.Read(ctx, "outcome/"+id)
	ok(t, err)
	var acts []string
	for _, e := range log {
		acts = append(acts, e.Action)
	}
	for _, want := range []string{"edited", "sent", "approved", "issued", "recalled"} {
		if !slices.Contains(acts, want) {
			t.Errorf("custody knows %v, not %s", acts, want)
		}
	}
}

// Whoever writes may not ask the tips guess by guess.
func TestTipsAreNotAskedWithoutEnd(t *testing.T) {
	p := newPress(t)
	p.closed()
	p.swept()
	o := p.only(writer, Draft).Outcome
	var err error
	for i := range MostProbes {
		o, err = p.Save(t.Context(), writer, o.ID, o.Version, Text{"大武镇查处一处窝点", fmt.Sprintf("窝点用了%d个桶。", i)})
		ok(t, err)
	}
	guess := Text{"大武镇查处一处窝点", "窝点有蓝色塑料桶。"}
	if _, err := p.Save(t.Context(), writer, o.ID, o.Version, guess); key(err) != "outcome.often" {
		t.Errorf("one more guess: %v", err)
	}
	p.now = p.now.Add(time.Hour)
	_, err = p.Save(t.Context(), writer, o.ID, o.Version, guess)
	ok(t, err)
}

// A tip that comes after the approval is looked at before anything is published.
func TestNothingIsPublishedOnAnOldCheck(t *testing.T) {
	p := newPress(t)
	ctx := t.Context()
	c := p.closed()
	p.swept()
	o := p.only(writer, Draft).Outcome
	o, err := p.Save(ctx, writer, o.ID, o.Version, Text{"大武镇查处一处窝点", "窝点门前两条大狗常年拴着不让人靠近，现已取缔。"})
	ok(t, err)
	o, err = p.Send(ctx, writer, o.ID, o.Version)
	ok(t, err)
	o, err = p.Approve(ctx, approver, o.ID, o.Version, nil)
	ok(t, err)
	later := p.tip("门前两条大狗常年拴着不让人靠近")
	_, err = p.Cases.Link(ctx, c.ID, cases.Joining{Tip: later, Received: p.now, Priority: "P2"})
	ok(t, err)
	p.now = o.Due
	p.swept()
	if _, err := p.Read(ctx, o.ID); key(err) != "outcome.unknown" {
		t.Fatalf("it was published: %v", err)
	}
	it := p.only(approver, Review)
	if len(it.Content.Findings) == 0 || it.Content.Findings[0].Kind != anonymity.Words {
		t.Errorf("findings %+v", it.Content.Findings)
	}
	if last := it.Outcome.Events[len(it.Outcome.Events)-1]; last.Action != Doubted || last.By != worker {
		t.Errorf("last event %+v", last)
	}
	// Said in other words it goes on, with another approval.
	o, err = p.Save(ctx, writer, o.ID, it.Outcome.Version, Text{"大武镇查处一处窝点", "大武镇依法取缔一处窝点。"})
	ok(t, err)
	o, err = p.Send(ctx, writer, o.ID, o.Version)
	ok(t, err)
	o, err = p.Approve(ctx, approver, o.ID, o.Version, nil)
	ok(t, err)
	p.now = o.Due
	p.swept()
	_, err = p.Read(ctx, o.ID)
	ok(t, err)
}

// A case that is at work again, or turns out to accuse somebody, is not published.
func TestACaseThatChangedIsNotPublished(t *testing.T) {
	p := newPress(t)
	ctx := t.Context()
	c := p.closed()
	o := p.approved()
	k, err := p.Cases.ByID(ctx, c.ID)
	ok(t, err)
	_, err = p.Cases.Do(ctx, duty, c.ID, cases.Reopen, cases.Input{Version: k.Version, Choice: cases.ReopenCheck, Note: "院里还有两只反应釜"})
	ok(t, err)
	p.now = o.Due
	p.swept()
	if it := p.only(writer, Draft); it.Outcome.ID != o.ID {
		t.Errorf("%+v", it.Outcome)
	}
	if _, err := p.Read(ctx, o.ID); key(err) != "outcome.unknown" {
		t.Errorf("published: %v", err)
	}
}

func TestWhoSeesWhat(t *testing.T) {
	p := newPress(t)
	ctx := t.Context()
	p.closed(func(o *cases.Opening) { o.Hidden = []string{county.TownUnit(dawu)} })
	p.closed(func(o *cases.Opening) { o.Sealed = true })
	if n := p.swept(); n != 0 {
		t.Fatalf("%d private cases were drafted", n)
	}
	p.closed()
	p.swept()
	o := p.only(writer, Draft).Outcome
	p.only(duty, Draft)
	for _, a := range []cases.Actor{lead, {ID: "a", Role: cases.Admin}, {ID: "o", Role: cases.Operator}, {ID: "r", Role: cases.RewardOff}} {
		if all, _, err := p.Page(ctx, a, Draft, ""); err != nil || len(all) > 0 {
			t.Errorf("%s lists %d, %v", a.Role, len(all), err)
		}
		if _, _, err := p.Get(ctx, a, o.ID); key(err) != "outcome.unknown" {
			t.Errorf("%s opens it: %v", a.Role, err)
		}
	}
}

// No sentence of a tip is in anything that leaves this package, whatever the template and the category.
func TestNoSentenceOfATipComesOut(t *testing.T) {
	p := newPress(t)
	ctx := t.Context()
	marks := map[string]string{}
	for _, k := range p.Profile.Categories {
		words := "暗号" + k.ID + "蓝桶东墙根第七个窗户下面埋着"
		c := p.closed(func(o *cases.Opening) {
			o.Tip = p.tip(words)
			o.Categories = []string{k.ID}
			o.Place.Reasons, o.Reasons = []string{"话里说“" + words + "”"}, []string{"规则：" + words}
		})
		marks[c.ID] = words
	}
	p.swept()
	all, _, err := p.Page(ctx, writer, Draft, "")
	ok(t, err)
	if len(all) < 12 {
		t.Fatalf("%d drafts", len(all))
	}
	clean := func(what string, v any) {
		t.Helper()
		raw, err := json.Marshal(v)
		ok(t, err)
		for _, m := range marks {
			if strings.Contains(string(raw), m) || strings.Contains(string(raw), "暗号") || strings.Contains(string(raw), "第七个窗户") {
				t.Errorf("%s holds the words of a tip: %s", what, raw)
			}
		}
		for _, secret := range []string{"村东头第三家", "李建国", "鑫源"} {
			if strings.Contains(string(raw), secret) {
				t.Errorf("%s holds %s: %s", what, secret, raw)
			}
		}
	}
	for _, it := range all {
		clean("a draft", it)
		id, v := it.Outcome.ID, it.Outcome.Version
		o, err := p.Send(ctx, writer, id, v)
		ok(t, err)
		_, err = p.Approve(ctx, approver, id, o.Version, nil)
		ok(t, err)
	}
	p.now = p.now.AddDate(0, 2, 0)
	p.swept()
	listed, _, err := p.List(ctx, Filter{}, "", 100)
	ok(t, err)
	if len(listed) != len(all) {
		t.Fatalf("%d of %d were published", len(listed), len(all))
	}
	for _, l := range listed {
		clean("what is published", l)
	}
	totals, err := p.Totals(ctx)
	ok(t, err)
	clean("the totals", totals)
	for o, err := range p.outcomes.Each(ctx, docs.Query{}) {
		ok(t, err)
		clean("a document", o)
	}
}

func TestPhotos(t *testing.T) {
	p := newPress(t)
	ctx := t.Context()
	p.closed()
	p.swept()
	o := p.only(writer, Draft).Outcome
	scenes, err := p.Scenes(ctx, writer, o.ID)
	ok(t, err)
	if len(scenes) != 1 {
		t.Fatalf("%d photos of the case", len(scenes))
	}
	if _, err := p.AddPhoto(ctx, writer, o.ID, o.Version, "nobody"); key(err) != "outcome.photo_unknown" {
		t.Errorf("an unknown photo: %v", err)
	}
	o, err = p.AddPhoto(ctx, writer, o.ID, o.Version, scenes[0])
	ok(t, err)
	if len(o.Photos) != 1 || len(o.Photos[0].Suggested) != 1 {
		t.Fatalf("photos %+v", o.Photos)
	}
	first := o.Photos[0].Burnt
	if _, err := p.Send(ctx, writer, o.ID, o.Version); key(err) != "outcome.blocked" {
		t.Errorf("sent with a photo at which nobody looked: %v", err)
	}
	raw, err := p.Burnt(ctx, writer, o.ID, first)
	ok(t, err)
	if spread(t, raw, blur.Box{X: 210, Y: 205, W: 100, H: 30}) > 90 {
		t.Error("the plate can be read")
	}
	o, err = p.Confirm(ctx, writer, o.ID, o.Version, first)
	ok(t, err)

	// Another box: another picture, the one before is gone, and it has to be looked at again.
	o, err = p.SetBoxes(ctx, writer, o.ID, o.Version, first, []blur.Box{{X: 190, Y: 190, W: 140, H: 60}, {X: 10, Y: 10, W: 60, H: 60}, {X: 9999, Y: 0, W: 5, H: 5}})
	ok(t, err)
	second := o.Photos[0].Burnt
	if second == first || o.Photos[0].By != "" || len(o.Photos[0].Boxes) != 2 {
		t.Errorf("photo %+v", o.Photos[0])
	}
	if _, err := p.Burnt(ctx, writer, o.ID, first); key(err) != "outcome.unknown" {
		t.Errorf("the picture of before: %v", err)
	}
	if all := p.blobs(); len(all) != 1 || all[blobName(o.ID, second)] == nil {
		t.Errorf("%d pictures are stored", len(all))
	}
	if _, err := p.Confirm(ctx, writer, o.ID, o.Version, first); key(err) != "outcome.photo_unknown" {
		t.Errorf("confirmed a picture that is gone: %v", err)
	}
	o, err = p.Confirm(ctx, writer, o.ID, o.Version, second)
	ok(t, err)
	o, err = p.Send(ctx, writer, o.ID, o.Version)
	ok(t, err)
	o, err = p.Approve(ctx, approver, o.ID, o.Version, nil)
	ok(t, err)
	if _, err := p.Photo(ctx, o.ID, second); key(err) != "outcome.unknown" {
		t.Errorf("a picture before its day: %v", err)
	}
	p.now = o.Due
	p.swept()
	raw, err = p.Photo(ctx, o.ID, second)
	ok(t, err)
	if bytes.Contains(raw, []byte("Exif")) {
		t.Error("the picture has metadata")
	}
	o, err = p.Withdraw(ctx, writer, o.ID, p.only(writer, Publicly).Outcome.Version, "照片里有路人的脸")
	ok(t, err)
	if _, err := p.Photo(ctx, o.ID, second); key(err) != "outcome.unknown" {
		t.Errorf("a picture that was taken down: %v", err)
	}
	if n := len(p.blobs()); n != 0 {
		t.Errorf("%d pictures are stored after the withdrawal", n)
	}
}

// A picture that was stored for a change that never came about is deleted by the sweep, one that is in use is not.
func TestForgottenPicturesAreDeleted(t *testing.T) {
	p := newPress(t)
	ctx := t.Context()
	p.closed()
	p.swept()
	o := p.only(writer, Draft).Outcome
	scenes, err := p.Scenes(ctx, writer, o.ID)
	ok(t, err)
	o, err = p.AddPhoto(ctx, writer, o.ID, o.Version, scenes[0])
	ok(t, err)
	if _, err := p.SetBoxes(ctx, writer, o.ID, o.Version-1, o.Photos[0].Burnt, nil); key(err) != "outcome.twice" {
		t.Fatal(err)
	}
	if n := len(p.blobs()); n != 2 {
		t.Fatalf("%d pictures", n)
	}
	p.now = time.Now().Add(2 * time.Hour)
	p.swept()
	if all := p.blobs(); len(all) != 1 || all[blobName(o.ID, o.Photos[0].Burnt)] == nil {
		t.Errorf("%d pictures", len(all))
	}
}

// What was cut off is said as it was recorded.
func TestWhatWasCutOffIsSaid(t *testing.T) {
	for want, cut := range map[string][]string{"断电": {"power"}, "断水": {"water"}, "断电断水": {"water", "power"}} {
		p := newPress(t)
		for _, what := range cut {
			p.more = append(p.more, disposal.Form{Kind: disposal.KindCutoff, Cutoff: &disposal.Cutoff{What: what, Lived: "no", Meter: "production", Approver: "刘志强", Notice: "停〔2026〕1号",
				Cut: disposal.Moment(p.now.In(p.Profile.Zone).Format("2006-01-02T15:04")), Urgent: "釜还热着，随时会出事"}})
		}
		p.closed()
		p.swept()
		it := p.only(writer, Draft)
		if !slices.Contains(it.Content.Facts.Disposals, want) || !strings.Contains(it.Content.Machine.Text, "处理情况："+want+"，彻底拆除") || len(it.Content.Findings) > 0 {
			t.Errorf("%v was cut: %+v, %+v", cut, it.Content.Machine, it.Content.Findings)
		}
	}
}

// What is published says nothing of how many tips there were: it reads the same of one and of several, and names no village.
func TestTheNumberOfTipsDoesNotShow(t *testing.T) {
	var texts []Text
	for _, more := range []int{0, 3} {
		p := newPress(t)
		c := p.closed()
		for range more {
			_, err := p.Cases.Link(t.Context(), c.ID, cases.Joining{Tip: p.tip("又一条线索的话"), Received: p.now, Priority: "P2"})
			ok(t, err)
		}
		p.swept()
		it := p.only(writer, Draft)
		o, err := p.Save(t.Context(), writer, it.Outcome.ID, it.Outcome.Version, Text{it.Content.Machine.Title, "在西相王村查处一处窝点。"})
		ok(t, err)
		if _, err := p.Send(t.Context(), writer, o.ID, o.Version); key(err) != "outcome.blocked" {
			t.Errorf("with %d more tips the village is named: %v", more, err)
		}
		texts = append(texts, it.Content.Machine)
	}
	if texts[0] != texts[1] || strings.Contains(texts[0].Title+texts[0].Text, "西相王") {
		t.Errorf("of one tip and of several:\n%+v", texts)
	}
}

// spread is how much the brightness differs within a box.
func spread(t *testing.T, raw []byte, b blur.Box) int {
	t.Helper()
	img, err := jpeg.Decode(bytes.NewReader(raw))
	ok(t, err)
	lo, hi := 255, 0
	for y := b.Y; y < b.Y+b.H; y++ {
		for x := b.X; x < b.X+b.W; x++ {
			r, _, _, _ := img.At(x, y).RGBA()
			lo, hi = min(lo, int(r>>8)), max(hi, int(r>>8))
		}
	}
	return hi - lo
}
