package desk

import (
	"errors"
	"fmt"
	"io"
	"net/http"
	"strings"

	"github.com/gin-gonic/gin"

	"qianshao/frontend"
	"qianshao/intake/fault"
	"qianshao/triage/ledger"
)

// importPage is GET /desk/ledger/import.
func (p *Pages) importPage(c *gin.Context) (frontend.LedgerImport, error) {
	shell, err := p.toolShell(c, "ledger", p.Words.T("import"))
	if err != nil {
		return frontend.LedgerImport{}, err
	}
	page := frontend.LedgerImport{Shell: shell, MaxMB: ledger.MaxImport >> 20}
	var names []string
	for _, col := range p.Ledger.Columns() {
		if col.Field != "" && col.Field != "seq" {
			names = append(names, col.Name)
		}
	}
	page.Columns = strings.Join(names, "、")
	all, err := p.Ledger.Imports(c.Request.Context(), staff(c).Actor())
	for _, m := range all {
		page.Batches = append(page.Batches, frontend.BatchLine{Href: "/desk/ledger/import/" + m.ID, Day: p.day(m.At), Who: m.Name, State: p.batchState(&m)})
	}
	return page, err
}

func (p *Pages) importForm(c *gin.Context) error {
	page, err := p.importPage(c)
	if err != nil {
		return err
	}
	return p.Show(c, http.StatusOK, page)
}

// importFile is POST /desk/ledger/import: it only looks.
func (p *Pages) importFile(c *gin.Context) error {
	raw, err := upload(c.Request, "file", ledger.MaxImport)
	var m ledger.Import
	if err == nil {
		m, err = p.Ledger.Check(c.Request.Context(), staff(c).Actor(), raw)
	}
	if err == nil {
		c.Redirect(http.StatusSeeOther, "/desk/ledger/import/"+m.ID)
		return nil
	}
	if fault.KindOf(err) == fault.Internal {
		return err
	}
	page, pageErr := p.importPage(c)
	if pageErr != nil {
		return errors.Join(err, pageErr)
	}
	page.File.Error = sentence(err)
	return again{err, page}
}

// upload reads the one file of a form. Its name is not looked at. faults ledger.file_empty, ledger.file_large, form.broken.
func upload(r *http.Request, field string, most int64) ([]byte, error) {
	parts, err := r.MultipartReader()
	if err != nil {
		return nil, fault.New(fault.Invalid, "ledger.file_empty").On(field)
	}
	for {
		part, err := parts.NextPart()
		var large *http.MaxBytesError
		switch {
		case errors.Is(err, io.EOF):
			return nil, fault.New(fault.Invalid, "ledger.file_empty").On(field)
		case errors.As(err, &large):
			return nil, fault.New(fault.TooLarge, "ledger.file_large", most>>20).On(field)
		case err != nil:
			return nil, fault.New(fault.Invalid, "form.broken").On(field)
		}
		if part.FormName() != field {
			continue
		}
		raw, err := io.ReadAll(io.LimitReader(part, most+1))
		switch {
		case errors.As(err, &large), int64(len(raw)) > most:
			return nil, fault.New(fault.TooLarge, "ledger.file_large", most>>20).On(field)
		case err != nil:
			return nil, fault.New(fault.Invalid, "form.broken").On(field)
		}
		return raw, nil
	}
}

func (p *Pages) batchState(m *ledger.Import) string {
	if m.Whole {
		return p.Words.T("batch.whole")
	}
	switch m.Step {
	case ledger.Checked:
		return p.Words.T("batch.checked")
	case ledger.Taken:
		return p.Words.T("batch.taken", m.Stored)
	case ledger.Undone:
		return p.Words.T("batch.undone", m.Removed)
	}
	return p.Words.T("batch." + string(m.Step))
}

// batchPage is GET /desk/ledger/import/:batch.
func (p *Pages) batchPage(c *gin.Context) (frontend.ImportBatch, error) {
	ctx, a := c.Request.Context(), staff(c).Actor()
	m, problems, left, err := p.Ledger.ImportOf(ctx, a, c.Param("batch"))
	if err != nil {
		return frontend.ImportBatch{}, err
	}
	shell, err := p.toolShell(c, "ledger", p.Words.T("import"))
	if err != nil {
		return frontend.ImportBatch{}, err
	}
	page := frontend.ImportBatch{
		Shell: shell, ID: m.ID, State: p.batchState(&m), Rows: m.Rows, Good: m.Good, Bad: m.BadRows, Already: m.Already, Whole: m.Whole, More: m.More, Stored: m.Stored,
		Ignored: strings.Join(m.Ignored, "、"), Barred: strings.Join(m.Barred, "、"), CanTake: m.Step == ledger.Checked && !m.Whole && m.Good > 0,
		CanUndo: m.Step == ledger.Taken && m.Stored > 0, Busy: m.Step == ledger.Taking || m.Step == ledger.Undoing, Total: int64(max(m.Good, 1)),
	}
	if page.Busy {
		if page.Done, err = p.Ledger.Progress(ctx, m.Job); err != nil {
			return page, err
		}
	}
	for _, b := range problems {
		page.Problems = append(page.Problems, frontend.ImportProblem(b))
	}
	for _, l := range left {
		page.Left = append(page.Left, frontend.LeftRow{Href: "/desk/sites/old/" + l.ID, Site: l.Site, Who: l.By, Day: p.day(l.At), Row: l.Row})
	}
	return page, nil
}

func (p *Pages) importBatch(c *gin.Context) error {
	page, err := p.batchPage(c)
	if err != nil {
		return err
	}
	return p.Show(c, http.StatusOK, page)
}

// importStep is POST /desk/ledger/import/:batch/take and .../undo.
func (p *Pages) importStep(c *gin.Context) error {
	if err := parse(c); err != nil {
		return err
	}
	ctx, a, id := c.Request.Context(), staff(c).Actor(), c.Param("batch")
	var err error
	switch c.Param("step") {
	case "take":
		err = p.Ledger.Take(ctx, a, id, c.Request.PostForm.Get("leave") == "1")
	case "undo":
		err = p.Ledger.Undo(ctx, a, id)
	default:
		err = fault.New(fault.NotFound, "page.unknown")
	}
	if err == nil {
		c.Redirect(http.StatusSeeOther, "/desk/ledger/import/"+id)
		return nil
	}
	if k := fault.KindOf(err); k != fault.Invalid && k != fault.Conflict {
		return err
	}
	page, pageErr := p.batchPage(c)
	if pageErr != nil {
		return errors.Join(err, pageErr)
	}
	page.Error = sentence(err)
	return again{fmt.Errorf("desk: import: %w", err), page}
}
