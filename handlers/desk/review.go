package desk

import (
	"errors"
	"fmt"
	"net/http"
	"strings"

	"github.com/gin-gonic/gin"

	"qianshao/frontend"
	"qianshao/handlers/words"
	"qianshao/intake"
	"qianshao/intake/fault"
	"qianshao/triage"
	"qianshao/triage/cases"
	"qianshao/triage/review"
)

const (
	reviewPath  = "/desk/review"
	qualityPath = "/desk/quality"

	unknownPlace = "unknown" // the answer of who cannot tell either
	chosenPlace  = "chosen"  // the answer that stands in the list
	mostSimilar  = 3         // cases that are laid beside the one in question
	mostTips     = 3         // tips of a case that are
	weeksShown   = 8
)

// nextReview is GET /desk/review: the first case about which the duty desk is asked.
func (p *Pages) nextReview(c *gin.Context) error {
	list, err := p.Cases.List(c.Request.Context(), staff(c).Actor(), cases.Review, "")
	if err != nil {
		return fmt.Errorf("desk: list %s: %w", cases.Review, err)
	}
	done := ""
	if c.Query("done") != "" {
		done = "?done=1"
	}
	if len(list.Items) > 0 {
		c.Redirect(http.StatusSeeOther, reviewPath+"/"+list.Items[0].ID+done)
		return nil
	}
	shell, err := p.shell(c, p.Words.T("queue.review"), cases.Review)
	if err != nil {
		return err
	}
	page := frontend.Queue{Shell: shell, Heading: p.Words.T("queue.review"), Empty: p.Words.T("queue.empty.review")}
	if done != "" {
		page.Notice = p.Words.T("review.done.last")
	}
	return p.Show(c, http.StatusOK, page)
}

// review is GET /desk/review/:id.
func (p *Pages) review(c *gin.Context) error {
	page, err := p.reviewPage(c)
	if err != nil {
		return err
	}
	if c.Query("done") != "" {
		page.Notice = p.Words.T("review.done")
	}
	return p.Show(c, http.StatusOK, page)
}

// answer is POST /desk/review/:id/:answer: place, category, same, recurs, other, or agree, when nothing is left to compare.
func (p *Pages) answer(c *gin.Context) error {
	if err := parse(c); err != nil {
		return err
	}
	ctx, a, id, f := c.Request.Context(), staff(c).Actor(), c.Param("id"), c.Request.PostForm
	in := cases.Input{Version: version(c), Note: f.Get("note")}
	var k cases.Case
	var err error
	switch c.Param("answer") {
	case string(cases.Where):
		code := f.Get("place")
		if code == chosenPlace {
			code = f.Get("chosen")
		}
		var at *cases.Place
		if at, err = p.placeOf(code); err == nil {
			k, err = p.Triage.Settle(ctx, a, id, triage.Answer{Version: in.Version, Place: at})
		}
	case string(cases.What):
		category := f.Get("category")
		if category == chosenPlace {
			category = f.Get("chosen")
		}
		k, err = p.Triage.Settle(ctx, a, id, triage.Answer{Version: in.Version, Category: category})
	case review.Same:
		k, err = p.Triage.Link(ctx, a, id, f.Get("case"), in)
	case "recurs":
		k, err = p.Triage.Recurs(ctx, a, id, f.Get("case"), in)
	case review.Other:
		k, err = p.Triage.Reject(ctx, a, id, f.Get("case"), in)
	case "agree":
		k, err = p.Cases.Agree(ctx, a, id, in.Version, cases.Again)
	default:
		err = fault.New(fault.NotFound, "page.unknown")
	}
	if err != nil {
		return p.reviewAgain(c, err)
	}
	next := reviewPath + "?done=1"
	if k.ID == id && len(k.Doubts) > 0 && k.SeenBy(a) {
		next = reviewPath + "/" + id + "?done=1"
	}
	c.Redirect(http.StatusSeeOther, next)
	return nil
}

// reviewAgain brings the page back as the case is now, with what stands against the answer.
func (p *Pages) reviewAgain(c *gin.Context, err error) error {
	if fault.KindOf(err) == fault.NotFound {
		return fault.New(fault.NotFound, "desk.gone").Because(err)
	}
	page, pageErr := p.reviewPage(c)
	if pageErr != nil {
		return errors.Join(err, pageErr)
	}
	page.Error = p.told(c, err)
	return again{fmt.Errorf("desk: review: %w", err), page}
}

// placeOf reads an answer: the code of a village, a town or a neighbouring county, or unknownPlace.
func (p *Pages) placeOf(code string) (*cases.Place, error) {
	if code == unknownPlace {
		return &cases.Place{}, nil
	}
	if v, ok := p.Profile.Village(code); ok {
		return &cases.Place{Town: v.Town, Village: code}, nil
	}
	if _, ok := p.Profile.Town(code); ok {
		return &cases.Place{Town: code}, nil
	}
	for _, n := range p.Profile.Neighbours {
		if n.Code == code {
			return &cases.Place{County: code}, nil
		}
	}
	return nil, fault.New(fault.Invalid, "desk.where")
}

// reviewPage builds the page of a case with what the machine makes of it.
func (p *Pages) reviewPage(c *gin.Context) (frontend.Review, error) {
	ctx, a := c.Request.Context(), staff(c).Actor()
	v, err := p.Triage.Review(ctx, a, c.Param("id"))
	if err != nil {
		return frontend.Review{}, err
	}
	k := &v.Case
	shell, err := p.shell(c, p.Words.T("review.title", k.Number), cases.Review)
	if err != nil {
		return frontend.Review{}, err
	}
	page := frontend.Review{
		Shell: shell, ID: k.ID, Version: k.Version, Number: k.Number, State: p.Words.T("state." + string(k.State)), Light: p.light(k.Light(p.Profile, p.Now())),
		Emergency: k.Emergency, Guessed: k.Emergency && k.Guessed, Lead: p.unitName(k.Lead), Why: k.Why(), CanAnswer: !k.State.Over() && k.State != cases.Merged && len(k.Tips) > 0,
		Place: p.placeQuestion(&v), Category: p.categoryQuestion(k), Comparing: p.Words.T("review.again." + asked(k, cases.Again)),
	}
	page.Place.Asked, page.Category.Asked, page.Again = k.Doubted(cases.Where), k.Doubted(cases.What), k.Doubted(cases.Again)
	if page.Tips, err = p.tipsBeside(c, k); err != nil {
		return page, err
	}
	for _, s := range v.Similar[:min(len(v.Similar), mostSimilar)] {
		beside, err := p.beside(c, k, s)
		if err != nil {
			return page, err
		}
		page.Similar = append(page.Similar, beside)
	}
	return page, nil
}

func asked(k *cases.Case, d cases.Doubt) string {
	if k.Doubted(d) {
		return "asked"
	}
	return "sure"
}

func (p *Pages) placeQuestion(v *triage.Review) frontend.Question {
	k := &v.Case
	q := frontend.Question{
		Guess: frontend.Guess{Text: p.placeName(k.Place), How: p.how(k.Place.Confidence), Reasons: k.Place.Reasons},
		Yes:   frontend.Option{ID: placeCode(k.Place), Text: p.Words.T("review.place.yes")},
	}
	if q.Yes.ID == unknownPlace {
		q.Yes.Text = p.Words.T("review.place.unknown")
	} else {
		q.No = append(q.No, frontend.Option{ID: unknownPlace, Text: p.Words.T("review.place.unknown")})
	}
	for _, o := range v.Places {
		q.Others = append(q.Others, frontend.Option{ID: placeCode(cases.Place{Town: o.Town, Village: o.Village, County: o.County}), Text: o.Name})
	}
	for _, t := range p.Profile.Towns {
		g := frontend.OptionGroup{Name: t.Name, Options: []frontend.Option{{ID: t.Code, Text: p.Words.T("review.place.town", t.Name)}}}
		for _, village := range p.Profile.VillagesOf(t.Code) {
			g.Options = append(g.Options, frontend.Option{ID: village.Code, Text: t.Name + " " + village.Name})
		}
		q.All = append(q.All, g)
	}
	away := frontend.OptionGroup{Name: p.Words.T("place.elsewhere")}
	for _, n := range p.Profile.Neighbours {
		away.Options = append(away.Options, frontend.Option{ID: n.Code, Text: n.Name})
	}
	q.All = append(q.All, away)
	return q
}

// placeCode is the most precise code of a place, as placeOf reads it.
func placeCode(at cases.Place) string {
	for _, code := range []string{at.Village, at.Town, at.County} {
		if code != "" {
			return code
		}
	}
	return unknownPlace
}

func (p *Pages) categoryQuestion(k *cases.Case) frontend.Question {
	q := frontend.Question{
		Guess: frontend.Guess{Text: p.categoryName(k.Category), How: p.how(k.Confidence)},
		Yes:   frontend.Option{ID: k.Category, Text: p.Words.T("review.category.yes")},
	}
	for _, id := range k.Categories {
		if id != k.Category {
			q.Others = append(q.Others, frontend.Option{ID: id, Text: p.categoryName(id)})
		}
	}
	all := frontend.OptionGroup{Name: p.Words.T("review.category.all")}
	for _, cat := range p.Profile.Categories {
		if cat.ID != k.Category {
			all.Options = append(all.Options, frontend.Option{ID: cat.ID, Text: cat.Plain})
		}
	}
	q.All = []frontend.OptionGroup{all}
	return q
}

// tipsBeside opens the first tips of a case; each opening stands in the custody log before it is shown.
func (p *Pages) tipsBeside(c *gin.Context, k *cases.Case) ([]frontend.TipView, error) {
	var views []frontend.TipView
	for i, ref := range k.Tips[:min(len(k.Tips), mostTips)] {
		tip, reading, _, err := p.openTip(c, k, intake.TipID(ref.Tip))
		if err != nil {
			return nil, err
		}
		view, err := p.tipView(staff(c).Actor(), k, tip, &reading)
		if err != nil {
			return nil, err
		}
		view.Label = p.Words.T("tip", i+1)
		for _, list := range [][]frontend.PhotoView{view.Photos, view.Recordings} {
			for j := range list {
				list[j].Levels = nil // that is changed on the page of the case
			}
		}
		views = append(views, view)
	}
	return views, nil
}

// beside lays another case next to the one in question. The look at it is noted like every look at a case.
func (p *Pages) beside(c *gin.Context, k *cases.Case, s triage.Suggestion) (frontend.Beside, error) {
	o, err := p.Cases.Get(c.Request.Context(), staff(c).Actor(), s.Case.ID)
	if err != nil {
		return frontend.Beside{}, err
	}
	b := frontend.Beside{ID: o.ID, Href: "/desk/cases/" + o.ID, Number: o.Number, State: p.Words.T("state." + string(o.State)), How: p.how(min(s.Score, likely)), Why: strings.Join(s.Reasons, "；"), Recurs: s.Recurs}
	if !s.Recurs && k.OtherKind(p.Profile, &o) {
		b.Caution = p.Words.T("review.other_kind", p.categoryName(k.Category), p.categoryName(o.Category))
		if f := c.Request.PostForm; f.Get("case") == o.ID {
			b.Note = f.Get("note")
		}
	}
	row := func(name, mine, other string) {
		if mine+other != "" {
			b.Rows = append(b.Rows, frontend.SideRow{Name: p.Words.T(name), Mine: mine, Other: other, Equal: mine == other})
		}
	}
	row("side.place", p.placeName(k.Place), p.placeName(o.Place))
	row("side.category", p.categoryName(k.Category), p.categoryName(o.Category))
	row("side.signs", strings.Join(p.signNames(k.Signs), "、"), strings.Join(p.signNames(o.Signs), "、"))
	row("side.sites", choiceNames(p.Profile.SiteTypes, k.Sites...), choiceNames(p.Profile.SiteTypes, o.Sites...))
	row("side.day", p.day(k.Opened), p.day(o.Opened))
	row("side.lead", p.unitName(k.Lead), p.unitName(o.Lead))
	b.Tips, err = p.tipsBeside(c, &o)
	return b, err
}

// quality is GET /desk/quality: how often the machine was right, week by week.
func (p *Pages) quality(c *gin.Context) error {
	shell, err := p.shell(c, "quality.title", "")
	if err != nil {
		return err
	}
	weeks, err := p.Triage.Weeks(c.Request.Context(), weeksShown)
	if err != nil {
		return err
	}
	page := frontend.Quality{Shell: shell}
	for _, q := range review.Questions {
		table := frontend.QualityTable{Name: p.Words.T("quality." + string(q))}
		for i, w := range weeks {
			if n := w.Counts[q]; i > 0 && n[review.Auto]+n[review.Waiting]+n[review.Confirmed]+n[review.Corrected] == 0 {
				continue
			}
			table.Weeks = append(table.Weeks, weekRow(p.Words, p.day(w.Monday), w.Counts[q]))
		}
		page.Tables = append(page.Tables, table)
	}
	return p.Show(c, http.StatusOK, page)
}

// weekRow is one line. The share counts what people looked at only: what nobody looked at may be wrong.
func weekRow(w *words.Catalogue, monday string, n map[review.Outcome]int64) frontend.QualityWeek {
	row := frontend.QualityWeek{From: monday, Auto: n[review.Auto], Waiting: n[review.Waiting], Confirmed: n[review.Confirmed], Corrected: n[review.Corrected]}
	row.All = row.Auto + row.Waiting + row.Confirmed + row.Corrected
	if looked := row.Confirmed + row.Corrected; looked > 0 {
		row.Right = w.T("quality.share", row.Confirmed, looked)
	}
	return row
}
