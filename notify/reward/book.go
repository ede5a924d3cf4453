package reward

import (
	"bytes"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/xuri/excelize/v2"
)

const (
	bookSheet   = "奖励台账"
	sumSheet    = "合计"
	textFormat  = 49 // "@": what somebody typed stays a text, also when it is edited later
	moneyFormat = 4  // "#,##0.00"
)

// Names says in words what the ledger holds as codes.
type Names struct {
	State func(State) string
	Way   func(Way) string
}

// Excel writes the ledger as a file: every award on one sheet, what they come to on the other. Money is a number of 元 with two decimals.
func (a *Audit) Excel(zone *time.Location, names Names) (file []byte, err error) {
	f := excelize.NewFile()
	defer func() { err = errors.Join(err, f.Close()) }()
	w := &bookWriter{file: f}
	if w.text, err = f.NewStyle(&excelize.Style{NumFmt: textFormat, Alignment: &excelize.Alignment{Vertical: "top", WrapText: true}}); err != nil {
		return nil, fmt.Errorf("reward: style: %w", err)
	}
	if w.money, err = f.NewStyle(&excelize.Style{NumFmt: moneyFormat, Alignment: &excelize.Alignment{Vertical: "top"}}); err != nil {
		return nil, fmt.Errorf("reward: style: %w", err)
	}
	day := func(t time.Time, layout string) string {
		if t.IsZero() {
			return ""
		}
		return t.In(zone).Format(layout)
	}
	w.begin(bookSheet, "编号", "金额（元）", "到哪一步", "按哪一条算", "办法版本", "重算一遍", "核定月份", "核定人", "怎么领", "核码人", "付款日期", "付款人", "预算年份", "凭证", "备案文号")
	for _, r := range a.Rows {
		w.row(r.Number, fen(r.Fen), names.State(r.State), strings.Join(r.By, "，"), r.Rules, string(r.Recount), day(r.Approved, "2006-01"), r.ApprovedBy, names.Way(r.Way),
			r.VerifiedBy, day(r.Paid, time.DateOnly), r.PaidBy, r.Year, r.Voucher, r.Filed)
	}
	w.end()
	w.begin(sumSheet, "到哪一步", "笔数", "金额（元）")
	for _, s := range a.Sums {
		w.row(names.State(s.State), s.Count, fen(s.Fen))
	}
	w.row("预算年份", "已付（元）", "预算（元）")
	for _, y := range a.Years {
		w.row(y.Year, fen(y.Taken), fen(y.Fen))
	}
	w.end()
	if w.err == nil {
		w.err = f.DeleteSheet("Sheet1")
	}
	var b bytes.Buffer
	if w.err == nil {
		_, w.err = f.WriteTo(&b)
	}
	if w.err != nil {
		return nil, fmt.Errorf("reward: write a book: %w", w.err)
	}
	return b.Bytes(), nil
}

// fen is money in a cell.
type fen int64

// bookWriter streams rows; the first error stays, and nothing is written after it.
type bookWriter struct {
	file        *excelize.File
	stream      *excelize.StreamWriter
	text, money int
	line        int
	err         error
}

func (w *bookWriter) begin(sheet string, heads ...any) {
	if w.err == nil {
		_, w.err = w.file.NewSheet(sheet)
	}
	if w.err == nil {
		w.stream, w.err = w.file.NewStreamWriter(sheet)
	}
	if w.err == nil {
		w.err = w.stream.SetColWidth(1, len(heads), 14)
	}
	w.line = 0
	w.row(heads...)
}

func (w *bookWriter) row(values ...any) {
	if w.err != nil {
		return
	}
	w.line++
	cells := make([]any, len(values))
	for i, v := range values {
		switch v := v.(type) {
		case fen:
			cells[i] = excelize.Cell{StyleID: w.money, Value: float64(v) / 100} // exact to the 分 far beyond any budget
		case string:
			cells[i] = excelize.Cell{StyleID: w.text, Value: strings.Map(printable, v)}
		default:
			cells[i] = excelize.Cell{Value: v}
		}
	}
	w.err = w.stream.SetRow(fmt.Sprintf("A%d", w.line), cells)
}

func (w *bookWriter) end() {
	if w.err == nil {
		w.err = w.stream.Flush()
	}
}

// printable takes away what no sheet can hold.
func printable(r rune) rune {
	if r < ' ' {
		return ' '
	}
	return r
}
