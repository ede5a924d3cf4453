package handlers

import (
	"net/http"
	"strings"
	"testing"
	"time"

	"qianshao/config/county"
	"qianshao/intake"
	"qianshao/triage/cases"
)

// dialogue is a case with the people who tipped, by their codes, and those who work on it.
type dialogue struct {
	*matter
	codes      []string
	lead, duty string
}

// talk opens a case of the emergency bureau for so many tips.
func (r *rig) talk(tips int) *dialogue {
	r.t.Helper()
	d := &dialogue{}
	for i := range tips {
		d.codes = append(d.codes, r.accept())
		if i == 0 {
			k, _ := r.opened(d.codes[0], "emergency")
			d.matter = &matter{r, k.ID, "/desk/cases/" + k.ID}
			continue
		}
		r.join(d.id, d.codes[i])
	}
	d.lead, _ = r.signedIn(cases.Handler, "emergency")
	d.duty, _ = r.signedIn(cases.Duty, county.DutyDesk)
	d.press(d.lead, "sign").is(http.StatusSeeOther)
	d.press(d.lead, "look").is(http.StatusSeeOther)
	return d
}

func (r *rig) join(id, code string) {
	r.t.Helper()
	if _, err := r.cases.Link(r.t.Context(), id, cases.Joining{Tip: r.tipOf(code), Received: r.now(), Priority: "P1", Reasons: []string{"同村"}}); err != nil {
		r.t.Fatal(err)
	}
}

// status is the page of a person.
func (d *dialogue) status(i int) answer {
	d.t.Helper()
	return d.post("/status", form2("code", d.codes[i])).is(http.StatusOK)
}

// write fills the composer of a fresh case page.
func (d *dialogue) write(session string, pairs ...string) answer {
	d.t.Helper()
	key := d.get(d.url, session).page().Find(`form[action$="/reply"] [name=key]`).AttrOr("value", "")
	return d.press(session, "reply", append([]string{"key", key}, pairs...)...)
}

const (
	question   = "院子的大门朝哪边？"
	conclusion = "属实。我们去现场看过，设备已经查封，罚款正在办。奖励等处罚定了再说，最晚下个月。"
)

// conclude says that it is true, and answers.
func (d *dialogue) conclude() *dialogue {
	d.t.Helper()
	seen := d.survey()
	d.press(d.lead, seen[0], seen[1:]...).is(http.StatusSeeOther)
	d.press(d.lead, "conclude", "outcome", "true", "note", "到现场看过，确实在加工").is(http.StatusSeeOther)
	d.write(d.lead, "say", "end", "reply", conclusion).is(http.StatusSeeOther)
	return d
}

func (a answer) shows(selector, text string) bool {
	return strings.Contains(a.page().Find(selector).Text(), text)
}

// back sends a form of the status page as it stands, with other values.
func (d *dialogue) back(a answer, form string, pairs ...string) answer {
	d.t.Helper()
	fields := a.fields(form)
	for i := 0; i < len(pairs); i += 2 {
		if a.page().Find(form+` [name="`+pairs[i]+`"]`).Length() > 0 && pairs[i] != "rating" {
			fields = replaced(fields, pairs[i], pairs[i+1])
		} else {
			fields = append(fields, pairs[i], pairs[i+1])
		}
	}
	action := a.page().Find(form).AttrOr("action", "")
	if form == "#say-form" {
		return d.send(action, newForm(fields...))
	}
	return d.post(action, form2(fields...))
}

func TestAQuestionStandsFirstAndMayBeLeft(t *testing.T) {
	d := newRig(t).talk(1)
	asked := d.write(d.lead, "say", "ask", "wants", "1", "pause", "1", "reply", question)
	asked.is(http.StatusSeeOther)
	if k := d.now(); k.Hold == nil || len(k.Letters) != 1 {
		t.Fatalf("asked: hold %+v, letters %d", k.Hold, len(k.Letters))
	}
	a := d.status(0).has("不回也不耽误办").has("能补几张照片更好")
	if !a.shows(".asked", question) || !strings.HasPrefix(strings.TrimSpace(a.page().Find("section, form").First().AttrOr("class", "")), "asked") {
		t.Error("the question does not stand first")
	}
	empty := d.back(a, "#say-form").is(http.StatusUnprocessableEntity)
	if !empty.shows(".asked", question) {
		t.Error("after an error the question is gone")
	}
	d.back(a, "#say-form", "unsaid", "1").is(http.StatusOK).has("您刚才说的收到了")
	d.back(a, "#say-form", "unsaid", "1").is(http.StatusOK) // a double tap
	k := d.now()
	if k.Hold != nil || k.Letters[0].Heard == nil {
		t.Errorf("answered: hold %+v, heard %v", k.Hold, k.Letters[0].Heard)
	}
	n := 0
	for _, e := range k.Events {
		if e.Action == "heard" {
			n++
		}
	}
	if n != 1 {
		t.Errorf("heard %d times", n)
	}
	if after := d.status(0); after.page().Find(".asked").Length() != 0 || !after.shows(".talk", "不知道，或者不想说") {
		t.Error("the question still waits")
	}
	desk := d.get(d.url, d.lead).has("来人答了：不知道，或者不想说")
	if strings.Contains(desk.text(), "来人回话了") || !d.status(0).shows(".steps", "没等到，接着办") || d.status(0).shows(".steps", "等的东西有了") {
		t.Error("it is said that something came")
	}
}

func TestSilenceIsNotedOnceAndALateAnswerArrives(t *testing.T) {
	d := newRig(t).talk(1)
	d.write(d.lead, "say", "ask", "pause", "1", "reply", question).is(http.StatusSeeOther)
	d.advance(time.Duration(d.profile.Answers.AskDays+1) * 24 * time.Hour)
	d.lead, _ = d.signedIn(cases.Handler, "emergency")
	for range 2 {
		if _, err := d.cases.Sweep(t.Context()); err != nil {
			t.Fatal(err)
		}
	}
	k := d.now()
	if k.Hold != nil || !d.get(d.url, d.lead).shows(".events", "没有回音，接着办") {
		t.Errorf("silent: hold %+v", k.Hold)
	}
	silent := 0
	for _, e := range k.Events {
		if e.Action == "silent" {
			silent++
		}
	}
	if silent != 1 {
		t.Errorf("noted %d times", silent)
	}
	a := d.status(0).has("没等到您的回音，没关系")
	d.back(a, "#say-form", "words", "大门朝南，冲着沟").is(http.StatusOK)
	if d.now().Letters[0].Heard == nil {
		t.Error("the late answer did not arrive")
	}
	d.get(d.url, d.lead).has("来人回话了")
}

func TestWhatIsFoundDoesNotGo(t *testing.T) {
	d := newRig(t).talk(2)
	bad := d.write(d.lead, "say", "word", "reply", "村东头老砖厂的李老板已经停了").is(http.StatusUnprocessableEntity)
	if n := bad.page().Find(".findings .block").Length(); n < 2 || bad.page().Find("[name=anyway]").Length() != 0 || bad.typed("reply") != "村东头老砖厂的李老板已经停了" {
		t.Errorf("%d findings that must be mended, %q", n, bad.typed("reply"))
	}
	asks := d.write(d.lead, "say", "word", "reply", "我们高度重视，今天又去看过一次").is(http.StatusUnprocessableEntity)
	warned := asks.page().Find("[name=anyway]").AttrOr("value", "")
	if warned == "" || asks.page().Find(".findings .block").Length() != 0 {
		t.Fatalf("what only asks: %s", asks.text())
	}
	key := asks.value("key")
	other := d.press(d.lead, "reply", "key", key, "say", "word", "reply", "我们高度重视，明天又要去看一次", "anyway", warned).is(http.StatusUnprocessableEntity)
	if other.page().Find(".findings").Length() == 0 {
		t.Error("other words went with the press for the first ones")
	}
	for range 2 {
		d.press(d.lead, "reply", "key", key, "say", "word", "reply", "我们高度重视，今天又去看过一次", "anyway", warned).is(http.StatusSeeOther)
	}
	for i := range 2 {
		if n := strings.Count(d.status(i).page().Find(".talk").Text(), "又去看过一次"); n != 1 {
			t.Errorf("person %d reads it %d times", i, n)
		}
	}
	entries, err := d.custody.Read(t.Context(), "case/"+d.id)
	if err != nil {
		t.Fatal(err)
	}
	noted := false
	for _, e := range entries {
		noted = noted || e.Action == "write" && strings.Contains(e.Detail, "stilted")
	}
	if !noted {
		t.Error("the custody log does not know what was sent all the same")
	}
}

func TestOneAnswerForTheMatter(t *testing.T) {
	d := newRig(t).talk(2)
	tip2 := string(d.tipOf(d.codes[1]))
	d.write(d.lead, "say", "word", "tip", tip2, "reply", "您问的水样，后天出结果。").is(http.StatusSeeOther)
	d.conclude()
	late := d.accept()
	d.join(d.id, late)
	if _, err := d.answers.Sweep(t.Context()); err != nil {
		t.Fatal(err)
	}
	d.codes = append(d.codes, late)
	for i, own := range []bool{false, true, false} {
		a := d.status(i)
		if !a.shows(".talk", "奖励等处罚定了") || a.shows(".talk", "水样") != own {
			t.Errorf("person %d reads: %s", i, a.page().Find(".talk").Text())
		}
	}
	// The desk sees it once, and whether it was read, not when.
	page := d.get(d.url, d.lead).is(http.StatusOK)
	if n := strings.Count(page.page().Find(".talk").Text(), "奖励等处罚定了"); n != 1 {
		t.Errorf("the desk sees the answer %d times", n)
	}
	if !page.shows(".talk", "已看") {
		t.Errorf("not told that it was read: %s", page.page().Find(".talk").Text())
	}
	// Who is told apart later keeps what was said, and gets nothing more of it.
	if _, err := d.triageSeparate(late); err != nil {
		t.Fatal(err)
	}
	d.write(d.lead, "say", "word", "reply", "罚款交清了。").is(http.StatusSeeOther)
	if d.status(2).shows(".talk", "罚款交清了") || !d.status(1).shows(".talk", "罚款交清了") {
		t.Error("who was told apart still gets the answers")
	}
}

// triageSeparate takes the tip of a code out of the case.
func (d *dialogue) triageSeparate(code string) (cases.Case, error) {
	ctx, tip := d.t.Context(), d.tipOf(code)
	a := cases.Actor{ID: "x", Name: "值班", Role: cases.Duty, Unit: county.DutyDesk}
	k := d.now()
	if err := d.cases.Separate(ctx, a, d.id, tip, cases.Input{Version: k.Version, Note: "看过了，是另一件事"}); err != nil {
		return k, err
	}
	to, _, err := d.cases.Finish(ctx, d.id, cases.Opening{Tip: tip, Received: d.rig.now(), Categories: []string{"c1"}, Priority: "P1", Lead: "emergency", Sees: []string{"emergency", county.DutyDesk}, Rule: "c1"})
	if err != nil {
		return to, err
	}
	return to, d.cases.Moved(ctx, d.id, *d.now().Move)
}

func TestRatingIsGivenOnceAndTellsNobodyWhoseItWas(t *testing.T) {
	d := newRig(t).talk(2).conclude()
	a := d.status(0)
	none := d.back(a, "#rate", "words", "写了两句").is(http.StatusUnprocessableEntity).has("还没选")
	if none.page().Find("#rate-words").Text() != "写了两句" {
		t.Error("what was typed is gone")
	}
	d.back(a, "#rate", "rating", "fair", "words", "还行").is(http.StatusOK).has("记下了")
	d.back(a, "#rate", "rating", "fair").is(http.StatusOK) // a double tap
	if again := d.status(0); again.page().Find("#rate").Length() != 0 || !again.shows(".talk", "打了分：一般") {
		t.Error("it can be rated twice")
	}
	other := a.fields("#rate")
	d.post("/status/rate", form2(append(replaced(other, "token", d.status(0).value("token")), "rating", "unhappy")...)).is(http.StatusConflict).has("一次就够")
	got, err := d.answers.Satisfaction(t.Context())
	if err != nil || got.Fair != 1 || got.Pleased+got.Unhappy != 0 {
		t.Errorf("counted %+v, %v", got, err)
	}
	for who, session := range map[string]string{"lead": d.lead, "duty": d.duty} {
		if strings.Contains(d.get(d.url, session).Body.String(), "还行") {
			t.Errorf("%s reads a rating of one of two people", who)
		}
	}
	one := d.rig.talk(1).conclude()
	one.back(one.status(0), "#rate", "rating", "unhappy", "words", "太慢了").is(http.StatusOK)
	if !one.get(one.url, one.duty).shows(".talk", "太慢了") || one.get(one.url, one.lead).shows(".talk", "太慢了") {
		t.Error("of a single tip the duty desk reads the rating, and nobody else")
	}
}

func TestAnObjectionGoesToAnotherUnit(t *testing.T) {
	d := newRig(t).talk(2).conclude()
	d.press(d.lead, "dispose").is(http.StatusSeeOther)
	why := "夜里还有车进去，没有停"
	d.back(d.status(0), "#rate", "rating", "objecting", "words", "短").is(http.StatusUnprocessableEntity).has("至少 6 个字")
	d.back(d.status(0), "#rate", "rating", "objecting", "words", why).is(http.StatusOK).has("县安委办正在看")
	if strings.Contains(d.get(d.url, d.lead).Body.String(), why) || strings.Contains(d.get(d.url, d.lead).Body.String(), "不同意") || d.get("/desk?q=mine", d.lead).shows(".rows", "不同意") {
		t.Error("who concluded learns that somebody objects")
	}
	desk := d.get(d.url, d.duty).has(why).has("来人不同意查的结果")
	if desk.shows(".talk", "线索 1 ·") && strings.Contains(desk.page().Find(".talk").Text(), "线索 1 · 不同意") {
		t.Error("the desk learns which of two people objects")
	}
	d.get("/desk?q=owed", d.duty).has(d.now().Number)
	// Closed, it goes to another unit; to the same one it does not.
	if !closeUp(d) {
		t.Fatal("not closed")
	}
	d.press(d.duty, "reopen", "outcome", "objection", "note", "来人说夜里还有车").is(http.StatusUnprocessableEntity)
	d.press(d.duty, "reopen", "outcome", "objection", "unit", "emergency", "note", "来人说夜里还有车").is(http.StatusUnprocessableEntity).has("不能再由它查")
	d.press(d.duty, "reopen", "outcome", "objection", "unit", "police", "note", "来人说夜里还有车").is(http.StatusSeeOther)
	if _, err := d.answers.Sweep(t.Context()); err != nil {
		t.Fatal(err)
	}
	d.status(0).has("您的意见县安委办看过了，换成县公安局再查一遍")
	if d.status(1).shows(".talk", "您的意见") {
		t.Error("who did not object is answered")
	}
	police, _ := d.signedIn(cases.Handler, "police")
	d.get(d.url, police).has(why)
}

// closeUp brings a case that is being disposed of to its end.
func closeUp(d *dialogue) bool {
	d.press(d.lead, "record/halt", d.halt()...).is(http.StatusSeeOther)
	d.press(d.lead, "finish", "note", "设备原料都清走了").is(http.StatusSeeOther)
	d.press(d.lead, "close").is(http.StatusSeeOther)
	return d.now().State.Over()
}

func TestAnObjectionIsTurnedDownWithAReason(t *testing.T) {
	d := newRig(t).talk(1)
	seen := d.survey()
	d.press(d.lead, seen[0], seen[1:]...).is(http.StatusSeeOther)
	d.press(d.lead, "conclude", "outcome", "false", "note", "去了两次都是空院子").is(http.StatusSeeOther)
	d.write(d.lead, "say", "end", "reply", "不属实。我们去看过两次，院子是空的。不用处理，还会再去看。不够领奖的条件。").is(http.StatusSeeOther)
	a := d.status(0)
	d.back(a, "#rate", "rating", "pleased").is(http.StatusOK)
	late := d.status(0)
	short := d.back(late, "#object", "words", "不对").is(http.StatusUnprocessableEntity)
	if short.page().Find("#object-words").Text() != "不对" || short.page().Find("details[open] #object").Length() != 1 {
		t.Error("what was typed is gone")
	}
	d.back(late, "#object", "words", "院子后面还有一个棚没有看").is(http.StatusOK)
	if d.status(0).page().Find("#object").Length() != 0 {
		t.Error("it can be objected to while it is looked at")
	}
	keep := func(reply string, more ...string) answer {
		key := d.get(d.url, d.duty).page().Find(`form[action$="/dismiss"] [name=key]`).AttrOr("value", "")
		return d.press(d.duty, "dismiss", append([]string{"key", key, "reply", reply}, more...)...)
	}
	d.press(d.lead, "dismiss", "key", "x", "reply", "维持原来的结论：又去看了，棚里是草料。").is(http.StatusForbidden)
	keep("维持原来的结论。").is(http.StatusUnprocessableEntity).has("没有说为什么")
	keep("维持原来的结论：昨天又派人去看了，棚里放的是草料。").is(http.StatusSeeOther)
	after := d.status(0).has("棚里放的是草料")
	if after.page().Find("#object").Length() != 0 {
		t.Error("a second objection is offered")
	}
	if k := d.now(); k.Pleaded() {
		t.Error("the objection still waits")
	}
}

func TestTheDaysForAnObjectionEnd(t *testing.T) {
	d := newRig(t).talk(1).conclude()
	last := d.rig.now().In(d.profile.Zone).AddDate(0, 0, d.profile.Answers.ObjectionDays)
	day := last.Format("1月2日")
	d.status(0).has(day)
	d.advance(time.Duration(d.profile.Answers.ObjectionDays+1) * 24 * time.Hour)
	if d.status(0).page().Find(`[value=objecting]`).Length() != 0 {
		t.Error("an objection is offered after its days")
	}
	d.back(d.status(0), "#rate", "rating", "objecting", "words", "还在干呢，没有停").is(http.StatusConflict).has("还在干呢，没有停")
}

func TestWithdrawalTakesTwoSteps(t *testing.T) {
	d := newRig(t).talk(2)
	d.write(d.lead, "say", "ask", "tip", string(d.tipOf(d.codes[0])), "reply", question).is(http.StatusSeeOther)
	a := d.status(0)
	confirm := d.back(a, `form[action^="/status/withdraw"]`).is(http.StatusOK).has("该查的还会查").has("所以不删")
	fields := confirm.fields("form")
	d.post("/status/withdraw", form2(append(fields, "back", "1")...)).is(http.StatusOK).has(question)
	for range 2 {
		gone := d.post("/status/withdraw", form2(append(fields, "sure", "1")...)).is(http.StatusOK).has(d.profile.Texts["story.withdrawn"])
		if gone.page().Find("form").Length() != 0 || strings.Contains(gone.Body.String(), question) {
			t.Error("more than the withdrawal is shown")
		}
	}
	for _, form := range []string{"#say-form"} {
		d.back(a, form, "words", "又想说一句").is(http.StatusConflict)
	}
	d.write(d.lead, "say", "word", "reply", "设备都封存了。").is(http.StatusSeeOther)
	if body := d.status(0).Body.String(); strings.Contains(body, "封存") || strings.Contains(body, "老砖厂") {
		t.Error("who withdrew is still answered")
	}
	if !d.status(1).shows(".talk", "封存") {
		t.Error("the other person is not answered")
	}
	k := d.now()
	if k.State != cases.Looked || len(k.Tips) != 2 || k.Letters[0].Silent == nil {
		t.Errorf("the checking does not go on: %s, %d tips, %+v", k.State, len(k.Tips), k.Letters[0])
	}
	tip, err := d.intake.Open(t.Context(), intake.TipID(k.Tips[0].Tip))
	if err != nil || len(tip.Items) != 1 {
		t.Errorf("the photo is gone: %v", err)
	}
	d.get(d.url, d.lead).has("来人撤回了")
}

// TestWithdrawalEndsWithTheAnswer: 答复前主动撤回的不再答复 (应急〔2023〕106号). A page from before the answer withdraws nothing either.
func TestWithdrawalEndsWithTheAnswer(t *testing.T) {
	d := newRig(t).talk(1)
	const form = `form[action^="/status/withdraw"]`
	before := d.status(0)
	confirm := d.back(before, form).is(http.StatusOK).fields("form")
	d.conclude()
	if d.status(0).page().Find(form).Length() != 0 {
		t.Error("it can still be withdrawn")
	}
	late := d.post("/status/withdraw", form2(append(confirm, "sure", "1")...)).is(http.StatusConflict).has("不能再撤回")
	if !late.shows(".talk", "设备已经查封") {
		t.Errorf("the answer is gone: %s", late.text())
	}
	d.back(before, form).is(http.StatusConflict).has("不能再撤回")
	over := d.rig.talk(1) // and closed without a letter
	seen := over.survey()
	over.press(over.lead, seen[0], seen[1:]...).is(http.StatusSeeOther)
	over.press(over.lead, "conclude", "outcome", "true", "note", "到现场看过，确实在加工").is(http.StatusSeeOther)
	over.press(over.lead, "dispose").is(http.StatusSeeOther)
	if over.status(0).page().Find(form).Length() != 1 || !closeUp(over) || over.status(0).page().Find(form).Length() != 0 {
		t.Error("it can be withdrawn until it is over, and no longer")
	}
}

func TestUnreadAnswersExpire(t *testing.T) {
	d := newRig(t).talk(2)
	d.write(d.lead, "say", "word", "reply", "今天又去看过一次。").is(http.StatusSeeOther)
	if !d.get(d.url, d.lead).shows(".talk", "没看") {
		t.Error("the desk is not told that nobody read it")
	}
	d.status(1)
	d.advance(time.Duration(d.profile.Answers.KeepDays+1) * 24 * time.Hour)
	for range 2 {
		if _, err := d.answers.Sweep(t.Context()); err != nil {
			t.Fatal(err)
		}
	}
	if a := d.status(0).has("收走了"); a.shows(".talk", "又去看过") {
		t.Error("what nobody read is still there")
	}
	if !d.status(1).shows(".talk", "又去看过") {
		t.Error("what was read is gone")
	}
}

func TestWordsForWhoTippedOutliveTheVisit(t *testing.T) {
	d := newRig(t).talk(1).conclude()
	a := d.status(0)
	d.advance(2 * time.Hour)
	stale := d.back(a, "#rate", "rating", "objecting", "words", "还在干呢，没有停").is(http.StatusUnprocessableEntity)
	back := d.post("/status", form2(replaced(stale.fields("form"), "code", d.codes[0])...)).is(http.StatusOK)
	if back.page().Find("#rate-words").Text() != "还在干呢，没有停" || back.page().Find(`[value=objecting][checked]`).Length() != 1 {
		t.Errorf("what was typed is gone: %s", back.page().Find("#rate").Text())
	}
}
