package main

import (
	"context"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"time"

	"qianshao/intake/fault"
	"qianshao/intake/orders"
	"qianshao/notify/returns"
)

type hotlineCmd struct {
	Import hotlineImportCmd `cmd:"" help:"Take 12345 work orders from a CSV sheet. 录入 12345 工单。"`
	Export hotlineExportCmd `cmd:"" help:"Write how far the work orders have come. 导出工单的办理情况。"`
}

type hotlineImportCmd struct {
	File string `arg:"" type:"existingfile" help:"CSV (UTF-8 or GBK) with the columns of hotline.yaml."`
	importFlags
}

func (c hotlineImportCmd) Run(e *env) error {
	raw, err := os.ReadFile(c.File)
	if err != nil {
		return err
	}
	return withAccounts(e, func(ctx context.Context, a *app) error {
		s := orders.New(orders.Deps{Intake: a.intake, Custody: a.custody, Profile: a.profile})
		f := s.Read(filepath.Base(c.File), raw)
		for _, p := range f.Problems {
			fmt.Fprintln(e.stdout, p)
		}
		if bad := len(f.Problems); bad > 0 && !c.DryRun && (!c.SkipBad || len(f.Rows) == 0) {
			return fmt.Errorf("有 %d 处不对，一条也没有录。改好再录，或者加 --skip-bad 只录没有错的 %d 条 (nothing was taken)", bad, len(f.Rows))
		}
		do, done := s.Take, "录好了"
		if c.DryRun {
			do, done = s.Look, "试跑，没有录"
		}
		r, err := do(ctx, atTheTerminal, f.Rows)
		if err != nil {
			return fault.New(fault.Busy, "sheet.stopped", r.New).Because(err)
		}
		for _, t := range r.Same {
			fmt.Fprintf(e.stdout, "第 %d 行：%s 录过，没有动。\n", t.Line, t.Taken.In(a.profile.Zone).Format("2006-01-02 15:04"))
		}
		_, err = fmt.Fprintf(e.stdout, "%s：新的 %d 条，录过的 %d 条，有错 %d 处。\n", done, r.New, len(r.Same), len(f.Problems))
		return err
	})
}

type hotlineExportCmd struct {
	Since string `help:"First day, such as 2026-11-01; default: 90 days ago. 从哪天录的算起。"`
	Gbk   bool   `help:"Write GBK instead of UTF-8."`
	outFlag
}

func (c hotlineExportCmd) Run(e *env) error {
	return withAccounts(e, func(ctx context.Context, a *app) (err error) {
		from := a.profile.Day(a.now()).AddDate(0, 0, -90)
		if c.Since != "" {
			if from, err = time.ParseInLocation(time.DateOnly, c.Since, a.profile.Zone); err != nil {
				return fmt.Errorf("日期 %s 不对，写成 2026-11-01 这样 (bad date)", c.Since)
			}
		}
		s := returns.New(returns.Deps{Intake: a.intake, Cases: a.cases, Custody: a.custody, Profile: a.profile})
		return c.write(e.stdout, func(out io.Writer) error {
			n, err := s.Export(ctx, atTheTerminal, from, c.Gbk, out)
			if err == nil {
				fmt.Fprintf(e.stderr, "写了 %d 张工单。\n", n)
			}
			return err
		})
	})
}
