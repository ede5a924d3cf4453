package desk

import (
	"bytes"
	"fmt"
	"io"
	"mime"
	"net/http"
	"net/url"
	"strconv"
	"strings"

	"github.com/gin-gonic/gin"

	"qianshao/frontend"
	"qianshao/triage/cases"
	"qianshao/triage/ledger"
)

const excelType = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"

// export is POST /desk/ledger/export: the file at once, or a job when there are many rows.
func (p *Pages) export(c *gin.Context) error {
	if err := parse(c); err != nil {
		return err
	}
	ctx, a, f := c.Request.Context(), staff(c).Actor(), c.Request.PostForm
	q, err := url.ParseQuery(f.Get("query"))
	if err != nil {
		q = url.Values{}
	}
	sheet, wrong := p.sheetOf(q)
	if len(wrong) > 0 {
		page, _, err := p.ledgerPage(c, q)
		if err != nil {
			return err
		}
		return p.Show(c, http.StatusUnprocessableEntity, page)
	}
	names := f.Get("names") == "1"
	n, err := p.Cases.SheetCount(ctx, a, sheet, p.Ledger.Direct+1)
	if err != nil {
		return fmt.Errorf("desk: count the ledger: %w", err)
	}
	if n > p.Ledger.Direct {
		if _, err := p.Ledger.Ask(ctx, a, ledger.Job{Kind: ledger.JobExport, Sheet: sheet, Names: names}); err != nil {
			return err
		}
		c.Redirect(http.StatusSeeOther, "/desk/ledger/jobs")
		return nil
	}
	var file bytes.Buffer // an error must still be able to become a page
	if err := p.Ledger.ExportNow(ctx, a, sheet, names, &file); err != nil {
		return err
	}
	p.attach(c, p.Ledger.Of(sheet)+p.Words.T("ledger"), int64(file.Len()), &file)
	return nil
}

// attach sends an Excel file. The name is made here of names of the profile and the day.
func (p *Pages) attach(c *gin.Context, name string, size int64, r io.Reader) {
	name += p.Now().In(p.Profile.Zone).Format("20060102") + ".xlsx"
	c.Header("Content-Disposition", mime.FormatMediaType("attachment", map[string]string{"filename": name}))
	c.DataFromReader(http.StatusOK, size, excelType, r, nil)
}

// jobs is GET /desk/ledger/jobs.
func (p *Pages) jobs(c *gin.Context) error {
	a := staff(c).Actor()
	shell, err := p.toolShell(c, "ledger", p.Words.T("ledger.jobs"))
	if err != nil {
		return err
	}
	all, err := p.Ledger.Jobs(c.Request.Context(), a)
	if err != nil {
		return err
	}
	page := frontend.LedgerJobs{Shell: shell}
	for i := range all {
		v := p.jobView(&all[i])
		page.Running = page.Running || v.Running
		page.Jobs = append(page.Jobs, v)
	}
	return p.Show(c, http.StatusOK, page)
}

func (p *Pages) jobView(j *ledger.Job) frontend.JobView {
	v := frontend.JobView{What: p.Words.T("job." + string(j.Kind)), Day: p.day(j.At), Running: j.Running(), Done: j.Done, Total: max(j.Total, j.Done), State: p.Words.T("job.done")}
	switch j.Kind {
	case ledger.JobExport:
		v.What = p.Ledger.Of(j.Sheet) + v.What
	case ledger.JobReport:
		v.What = j.Report.Name(p.Profile) + v.What
	}
	switch {
	case v.Running:
		v.State = p.Words.T("job.running")
	case j.Failed:
		v.State = p.Words.T("job.failed")
	case j.Blob != "":
		v.State = p.Words.T("job.ready", size(j.Size), p.day(j.Expires))
		v.Href, v.Link = "/desk/ledger/jobs/"+j.ID+"/file", p.Words.T("job.fetch")
	}
	if j.Import != "" {
		v.Href, v.Link = "/desk/ledger/import/"+j.Import, p.Words.T("job.look")
	}
	return v
}

// size says how large a file is.
func size(n int64) string {
	if n < 1<<20 {
		return strconv.FormatInt(max(n>>10, 1), 10) + " KB"
	}
	return strconv.FormatFloat(float64(n)/(1<<20), 'f', 1, 64) + " MB"
}

// jobFile is GET /desk/ledger/jobs/:job/file.
func (p *Pages) jobFile(c *gin.Context) error {
	j, f, err := p.Ledger.File(c.Request.Context(), staff(c).Actor(), c.Param("job"))
	if err != nil {
		return err
	}
	defer f.Close()
	name := p.Ledger.Of(j.Sheet) + p.Words.T("ledger")
	if j.Kind == ledger.JobReport {
		name = p.Ledger.Of(cases.Sheet{Town: j.Report.Town}) + j.Report.Name(p.Profile) + p.Words.T("report")
	}
	p.attach(c, strings.ReplaceAll(name, "/", ""), j.Size, f)
	return nil
}
