package public

import (
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"strconv"
	"strings"

	"github.com/gin-gonic/gin"

	"qianshao/config/county"
	"qianshao/frontend"
	"qianshao/handlers/form"
	"qianshao/intake"
	"qianshao/intake/fault"
)

// report is GET /report: whom to call first, or the form.
func (p *Pages) report(c *gin.Context) error {
	e, ok := p.emergency(c.Query("e"))
	if ok && len(e.Call) > 0 && c.Query("called") != "1" {
		return p.Show(c, http.StatusOK, frontend.Emergency{Shell: p.shell(c, "emergency.title"), Text: e.Text, Calls: p.questions.Calls(e),
			Safety: p.Profile.Texts["safety"], ID: e.ID})
	}
	form := p.form(c, p.Intake.NewDraft(), intake.Submission{Report: intake.Report{Emergency: e.ID}})
	form.Captcha = p.offer(c.Request.Context(), p.asked(func() bool { return p.tipsSpent(c)() || p.filesSpent(c) }), nil)
	return p.Show(c, http.StatusOK, form)
}

func (p *Pages) emergency(id string) (county.Emergency, bool) {
	for _, e := range p.Profile.Emergencies {
		if e.ID == id {
			return e, true
		}
	}
	return county.Emergency{}, false
}

func (p *Pages) tipsSpent(c *gin.Context) func() bool {
	return func() bool {
		return p.Budgets.Spent(c.Request.Context(), p.tips(), string(p.Budgets.Network(c.Request)))
	}
}

// submit is POST /report. The receipt is the answer itself, without a redirect: the codes stand in no address and no cookie, and sending the form again
// gives the same receipt.
func (p *Pages) submit(c *gin.Context) error {
	u, err := p.read(c, true)
	if err != nil {
		return err
	}
	ctx := c.Request.Context()
	if u.sent != nil {
		return p.receipt(c, u.draft, *u.sent)
	}
	sub := submission(u.typed)
	sub.Staged = u.tokens()
	// A machine that fills what nobody sees gets a captcha, not a lie: it could be the helper of somebody who cannot see.
	asked := p.asked(func() bool { return u.typed.Get("wechat_trap") != "" || p.tipsSpent(c)() })
	captcha := challenge(u.proof, asked)
	cleaned, wrong := p.Intake.Check(u.draft, sub)
	err = u.trouble()
	if err == nil && captcha == nil && len(wrong) == 0 {
		var receipt intake.Receipt
		if receipt, err = p.Intake.Submit(ctx, u.draft, sub); err == nil {
			return p.receipt(c, u.draft, receipt)
		}
	}
	if err == nil || fault.KindOf(err) != fault.Internal { // an error of ours decides the answer, whatever else is wrong
		err = errors.Join(err, orNil(captcha), listOrNil(wrong))
	}
	return p.reportAgain(c, u, cleaned, asked, err)
}

// reportAgain brings the form back with everything that was typed and every file that arrived.
func (p *Pages) reportAgain(c *gin.Context, u *upload, sub intake.Submission, asked bool, err error) error {
	page := p.form(c, u.draft, sub)
	page.Staged = u.staged
	var problem *fault.Error
	faults := form.EveryFault(err)
	for _, f := range faults {
		if f.Field == "captcha" {
			problem = f
		}
		form.Place(&page, f)
	}
	page.Summary = p.questions.Summary(faults)
	for i := range page.Summary {
		if page.Summary[i].Field == "e" { // chosen on a page before
			page.Summary[i].Field = ""
		}
	}
	if len(page.Summary) == 0 { // an error of ours
		page.Summary = []frontend.FieldError{{Text: p.told(c, err)}}
	}
	page.Captcha = p.offer(c.Request.Context(), asked && u.proof != rightProof || problem != nil || u.barred != nil, problem)
	return again{fmt.Errorf("public: report: %w", err), page}
}

// orNil and listOrNil keep a nil pointer from becoming an error that is not nil.
func orNil(f *fault.Error) error {
	if f == nil {
		return nil
	}
	return f
}

func listOrNil(l fault.List) error {
	if len(l) == 0 {
		return nil
	}
	return l
}

func (p *Pages) receipt(c *gin.Context, d *intake.Draft, r intake.Receipt) error {
	if !r.Again {
		p.Budgets.Spend(c.Request.Context(), p.tips(), string(p.Budgets.Network(c.Request)))
		p.Accepted()
	}
	page := frontend.Receipt{Shell: p.shell(c, "receipt.title"), Token: d.Token, Kept: r.Kept, Again: r.Again,
		Arrived: p.arrived(r.Counts), Hotline: p.Profile.Texts["hotline"]}
	if !r.Kept {
		page.Code = r.Code.Fours()
		if r.Claim != "" {
			claim := r.Claim.Fours()
			page.Claim = &claim
		}
	}
	return p.Show(c, http.StatusOK, page)
}

func (p *Pages) arrived(n intake.Counts) string {
	var parts []string
	for _, k := range []struct {
		key string
		n   int
	}{{"arrived.photos", n.Photos}, {"arrived.voices", n.Voices}, {"arrived.videos", n.Videos}} {
		if k.n > 0 {
			parts = append(parts, p.Words.T(k.key, k.n))
		}
	}
	if len(parts) == 0 {
		return ""
	}
	return p.Words.T("arrived", strings.Join(parts, "、"))
}

// kept is POST /report/kept: the person has the code, and it is not shown again.
func (p *Pages) kept(c *gin.Context) error {
	d, err := p.Intake.OpenDraft(c.PostForm("token"))
	if err != nil {
		return fault.New(fault.Invalid, "keep.stale").Because(err)
	}
	if err := p.Intake.Keep(c.Request.Context(), d); err != nil {
		return fmt.Errorf("public: keep: %w", err)
	}
	return p.Show(c, http.StatusOK, frontend.Kept{Shell: p.shell(c, "kept.title")})
}

// submission reads the fields of the form. What they hold is checked by intake.
func submission(v url.Values) intake.Submission {
	sub := form.Read(v)
	sub.Report.Channel, sub.Report.Position, sub.Report.PhotoPlace = "web", position(v), v.Get("photo_place") != ""
	return sub
}

// position reads what the phone gave; what is no number was not written by a phone.
func position(v url.Values) *intake.Position {
	lon, err1 := strconv.ParseFloat(v.Get("lon"), 64)
	lat, err2 := strconv.ParseFloat(v.Get("lat"), 64)
	if err1 != nil || err2 != nil {
		return nil
	}
	acc, err := strconv.ParseFloat(v.Get("acc"), 64)
	if err != nil {
		acc = 0
	}
	return &intake.Position{Lon: lon, Lat: lat, Accuracy: acc}
}
