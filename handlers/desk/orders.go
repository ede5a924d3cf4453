package desk

import (
	"bytes"
	"fmt"
	"io"
	"net/http"
	"time"

	"github.com/gin-gonic/gin"

	"qianshao/frontend"
	"qianshao/intake/fault"
	"qianshao/intake/orders"
)

const (
	// mostRows is how many work orders a page takes at once: a second or two of sealing while the person waits. The command takes more.
	mostRows = 500
	// stateDays is how far the sheet of states reaches back unless a day is chosen.
	stateDays = 90
)

func (p *Pages) ordersPage(c *gin.Context) (frontend.Orders, error) {
	shell, err := p.shell(c, "orders.title", "")
	from := p.Profile.Day(p.Now()).AddDate(0, 0, -stateDays)
	return frontend.Orders{Shell: shell, MaxMB: orders.MaxBytes >> 20, MaxRows: mostRows, From: frontend.Field{Value: from.Format(time.DateOnly)}}, err
}

// orders is GET /desk/hotline/orders.
func (p *Pages) orders(c *gin.Context) error {
	page, err := p.ordersPage(c)
	if err != nil {
		return err
	}
	return p.Show(c, http.StatusOK, page)
}

// importOrders is POST /desk/hotline/orders: a sheet is looked at, and taken only when the person has seen what is wrong with it and says so.
func (p *Pages) importOrders(c *gin.Context) error {
	page, err := p.ordersPage(c)
	if err != nil {
		return err
	}
	if err = p.readOrders(c, &page); err != nil {
		page.Error = p.told(c, err)
		return again{fmt.Errorf("desk: orders: %w", err), page}
	}
	return p.Show(c, http.StatusOK, page)
}

// readOrders looks at a sheet or takes it.
func (p *Pages) readOrders(c *gin.Context, page *frontend.Orders) error {
	raw, take, err := p.ordersSent(c)
	if err != nil {
		return err
	}
	ctx, who := c.Request.Context(), staff(c).ID
	f := p.Orders.Read("", raw)
	if len(f.Rows) > mostRows {
		return fault.New(fault.Invalid, "sheet.rows", len(f.Rows), mostRows)
	}
	var r orders.Result
	if take {
		r, err = p.Orders.Take(ctx, who, f.Rows)
		page.Done = p.Words.T("orders.done", r.New, len(r.Same), len(f.Problems))
		if err != nil {
			page.Done = ""
		}
	} else {
		r, err = p.Orders.Look(ctx, who, f.Rows)
	}
	page.Checked = p.checked(f, r)
	if take && err == nil {
		page.Checked.Said = "" // it is done
		return nil
	}
	if !take && r.New == 0 {
		return err
	}
	token, keepErr := p.Orders.Keep(who, raw)
	if keepErr != nil {
		return keepErr
	}
	page.Checked.Sheet = token
	if err != nil && take {
		return fault.New(fault.Busy, "sheet.stopped", r.New).Because(err)
	}
	return err
}

// ordersSent is the sheet of a form: a file that is new, or one that the page carried, to be taken.
func (p *Pages) ordersSent(c *gin.Context) (raw []byte, take bool, err error) {
	if err := c.Request.ParseMultipartForm(orders.MaxBytes * 2); err != nil { // more than the whole body may have: nothing goes to a disk
		return nil, false, fault.New(fault.TooLarge, "sheet.large", orders.MaxBytes>>20).Because(err)
	}
	if c.Request.PostForm.Get("take") != "" {
		raw, err = p.Orders.Kept(staff(c).ID, c.Request.PostForm.Get("checked"))
		return raw, true, err
	}
	file, _, err := c.Request.FormFile("sheet")
	if err != nil {
		return nil, false, fault.New(fault.Invalid, "sheet.none").Because(err)
	}
	defer file.Close()
	raw, err = io.ReadAll(file)
	return raw, false, err
}

// checked says what there is in a sheet.
func (p *Pages) checked(f orders.File, r orders.Result) *frontend.Checked {
	page := &frontend.Checked{Said: p.Words.T("orders.said", r.New, len(r.Same), len(f.Problems)), Take: p.Words.T("orders.take", r.New)}
	if len(f.Problems) > 0 {
		page.Take = p.Words.T("orders.take_good", r.New)
	}
	for _, w := range f.Problems {
		page.Bad = append(page.Bad, frontend.SheetLine{Line: w.Line, What: w.What, Remedy: w.Remedy})
	}
	for _, t := range r.Same {
		page.Same = append(page.Same, frontend.SheetLine{Line: t.Line, What: p.moment(t.Taken)})
	}
	return page
}

// moment is a day with its time.
func (p *Pages) moment(t time.Time) string { return p.day(t) + t.In(p.Profile.Zone).Format(" 15:04") }

// states is GET /desk/hotline/states: the sheet that goes back to the 12345.
func (p *Pages) states(c *gin.Context) error {
	page, err := p.ordersPage(c)
	if err != nil {
		return err
	}
	if typed := c.Query("from"); typed != "" {
		page.From.Value = typed
	}
	from, err := time.ParseInLocation(time.DateOnly, page.From.Value, p.Profile.Zone)
	if err != nil {
		wrong := fault.New(fault.Invalid, "sheet.day").On("from")
		page.From.Error = sentence(wrong)
		return again{wrong, page}
	}
	var b bytes.Buffer
	if _, err := p.Returns.Export(c.Request.Context(), staff(c).ID, from, c.Query("code") == "gbk", &b); err != nil {
		return fmt.Errorf("desk: states of work orders: %w", err)
	}
	c.Header("Content-Disposition", `attachment; filename="12345-`+p.Profile.Day(p.Now()).Format(time.DateOnly)+`.csv"`)
	c.Data(http.StatusOK, "text/csv", b.Bytes())
	return nil
}
