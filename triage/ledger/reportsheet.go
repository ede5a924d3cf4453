package ledger

import (
	"context"
	"fmt"
	"io"

	"github.com/xuri/excelize/v2"

	"qianshao/config/county"
	"qianshao/triage/cases"
)

// inWords are what the parts of ratios are called; everything else is called as in the report.
var inWords = map[string]string{"concluded": "下了结论", "finished": "办结", "finish_sum": "办结用的天数"}

// WriteReport writes a report as an Excel file of two sheets: the numbers, and the rows of which each one is the sum.
func WriteReport(p *county.Profile, r *Report, w io.Writer) error {
	b, err := begin("报表")
	if err != nil {
		return err
	}
	defer b.Close()
	if err := b.reportSheet(p, r); err != nil {
		return fmt.Errorf("ledger: report: %w", err)
	}
	if err := b.rowsSheet(p, r); err != nil {
		return fmt.Errorf("ledger: rows of a report: %w", err)
	}
	_, err = b.WriteTo(w)
	return err
}

func (b *Book) reportSheet(p *county.Profile, r *Report) error {
	b.width = 3 + len(r.Columns)
	if err := b.setUp("A4", fmt.Sprintf("$1:$%d", headerLines-1)); err != nil {
		return err
	}
	if err := b.widths([]float64{8, 14, 5}, 7); err != nil {
		return err
	}
	kind := "月报"
	if r.Period.Quarter {
		kind = "季报"
	}
	if err := b.banner(r.Title+kind, fmt.Sprintf("%s　　填报单位：%s　　空着的项目这里没有记，请填写", r.Period.Name(p), r.By)); err != nil {
		return err
	}
	if err := b.heads(append([]string{"类别", "项目", "单位"}, r.Columns...)); err != nil {
		return err
	}
	for _, g := range r.Groups {
		for i, l := range g.Lines {
			cells := []Cell{{}, text(l.Name), text(l.Unit)}
			if i == 0 {
				cells[0] = text(g.Name)
			}
			if err := b.Add(append(cells, l.Values...)); err != nil {
				return err
			}
		}
	}
	return b.notes(r)
}

// notes say below the numbers how they are counted.
func (b *Book) notes(r *Report) error {
	for _, g := range r.Groups {
		for _, l := range g.Lines {
			if l.Note == "" {
				continue
			}
			if err := b.merge(1, b.width, b.line+1); err != nil {
				return err
			}
			if err := b.put([]any{excelize.Cell{StyleID: b.styles.note, Value: l.Name + "：" + l.Note}}, 18); err != nil {
				return err
			}
		}
	}
	return nil
}

// rowsSheet is the second sheet.
func (b *Book) rowsSheet(p *county.Profile, r *Report) error {
	const name = "明细"
	if err := b.stream.Flush(); err != nil {
		return err
	}
	if _, err := b.file.NewSheet(name); err != nil {
		return err
	}
	var err error
	if b.stream, err = b.file.NewStreamWriter(name); err != nil {
		return err
	}
	fields := r.fields()
	b.line, b.width = 0, 3+len(fields)
	if err := b.widths([]float64{10, 6, 6}, 7); err != nil {
		return err
	}
	called := map[string]string{}
	for _, g := range r.Groups {
		for _, l := range g.Lines {
			called[l.Field] = l.Name
		}
	}
	heads := []string{"编号", "镇", "来源"}
	for _, f := range fields {
		if w := inWords[f]; w != "" {
			called[f] = w
		}
		heads = append(heads, called[f])
	}
	if err := b.banner(r.Period.Name(p)+"明细", "报表里的每个数，都是这里同一栏加起来的。"); err != nil {
		return err
	}
	if err := b.heads(heads); err != nil {
		return err
	}
	for _, row := range r.Rows {
		cells := []Cell{text(row.Number), text(row.Town), text(row.Source)}
		for _, f := range fields {
			if v, ok := row.Counts[f]; ok {
				cells = append(cells, number(v))
			} else {
				cells = append(cells, Cell{})
			}
		}
		if err := b.Add(cells); err != nil {
			return err
		}
	}
	return nil
}

// widths sets the first columns, and one width for the rest.
func (b *Book) widths(first []float64, rest float64) error {
	for i := range b.width {
		w := rest
		if i < len(first) {
			w = first[i]
		}
		if err := b.stream.SetColWidth(i+1, i+1, w*charWidth); err != nil {
			return err
		}
	}
	return nil
}

func (b *Book) heads(names []string) error {
	cells := make([]any, len(names))
	for i, n := range names {
		cells[i] = excelize.Cell{StyleID: b.styles.head, Value: n}
	}
	return b.put(cells, 32)
}

// reportTo writes the file of a report.
func (s *Service) reportTo(j *Job) func(context.Context, io.Writer) error {
	return func(ctx context.Context, w io.Writer) error {
		if err := s.foresee(ctx, j, cases.Sheet{Town: j.Report.Town, To: j.Report.To}); err != nil {
			return err
		}
		r, err := s.Report(ctx, j.Actor, j.Report, 0, func(n int64) error { return s.progress(ctx, j.ID, n) })
		if err != nil {
			return err
		}
		return WriteReport(s.Profile, &r, w)
	}
}
