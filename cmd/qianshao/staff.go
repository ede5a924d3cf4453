package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"text/tabwriter"
	"time"

	"qianshao/config"
	"qianshao/config/county"
	"qianshao/handlers/account"
	"qianshao/triage/cases"
)

type staffCmd struct {
	Add     staffAddCmd     `cmd:"" help:"Add an account and print a one-time link for its password. 加一个账号。"`
	List    staffListCmd    `cmd:"" help:"List the accounts. 列出账号。"`
	Disable staffDisableCmd `cmd:"" help:"Disable an account and end its sessions. 停用账号。"`
	Reset   staffResetCmd   `cmd:"" help:"Print a new one-time link; the old password ends. 重设密码。"`
}

type staffAddCmd struct {
	Login string `arg:"" help:"What the person types to sign in."`
	Name  string `required:"" help:"Shown name, such as 王立新."`
	Role  string `required:"" enum:"admin,duty,handler,operator,reward,finance,auditor,publicity" help:"admin, duty, handler, operator, reward, finance, auditor or publicity."`
	Unit  string `help:"Unit id: a department of the profile, or town:CODE. The duty role needs none."`
}

func (c staffAddCmd) Run(e *env) error {
	return withAccounts(e, func(ctx context.Context, a *app) error {
		if c.Unit == "" && c.Role == string(cases.Duty) {
			c.Unit = county.DutyDesk
		}
		if _, ok := a.profile.Unit(c.Unit); !ok && c.Unit != "" {
			return fmt.Errorf("没有 %s 这个单位。写部门代号，或者 town: 加镇代码 (unknown unit)", c.Unit)
		}
		if c.Unit == "" && c.Role != string(cases.Admin) {
			return errors.New("请用 --unit 写明单位 (this role needs a unit)")
		}
		_, link, err := a.accounts.Add(ctx, account.NewStaff{Login: c.Login, Name: c.Name, Role: cases.Role(c.Role), Unit: c.Unit})
		if err != nil {
			return err
		}
		return printLink(e.stdout, a.cfg, c.Login, link)
	})
}

type staffListCmd struct{}

func (staffListCmd) Run(e *env) error {
	return withAccounts(e, func(ctx context.Context, a *app) error {
		staff, err := a.accounts.List(ctx)
		if err != nil {
			return err
		}
		w := tabwriter.NewWriter(e.stdout, 0, 0, 2, ' ', 0)
		fmt.Fprintln(w, "LOGIN\tNAME\tROLE\tUNIT\tSTATE")
		for _, m := range staff {
			fmt.Fprintf(w, "%s\t%s\t%s\t%s\t%s\n", m.Login, m.Name, m.Role, m.Unit, accountState(m))
		}
		return w.Flush()
	})
}

func accountState(m account.Staff) string {
	switch {
	case m.Disabled:
		return "disabled"
	case m.Pending():
		return "no password yet"
	}
	return "active"
}

type staffDisableCmd struct {
	Login string `arg:""`
}

func (c staffDisableCmd) Run(e *env) error {
	return withAccounts(e, func(ctx context.Context, a *app) error {
		if err := a.accounts.Disable(ctx, c.Login); err != nil {
			return err
		}
		_, err := fmt.Fprintf(e.stdout, "%s 已停用。\n", c.Login)
		return err
	})
}

type staffResetCmd struct {
	Login string `arg:""`
}

func (c staffResetCmd) Run(e *env) error {
	return withAccounts(e, func(ctx context.Context, a *app) error {
		link, err := a.accounts.Reset(ctx, c.Login)
		if err != nil {
			return err
		}
		return printLink(e.stdout, a.cfg, c.Login, link)
	})
}

func printLink(w io.Writer, cfg *config.Config, login, token string) error {
	_, err := fmt.Fprintf(w, "请 %s 用这个链接设密码（48 小时内有效，只能用一次）：\n  %s\n", login, setupLink(cfg, token))
	return err
}

func setupLink(cfg *config.Config, token string) string { return cfg.URL + "/desk/setup?t=" + token }

// withAccounts opens everything and starts nothing; it works beside a running server.
func withAccounts(e *env, do func(context.Context, *app) error) error {
	cfg, err := e.load("tool")
	if err != nil {
		return err
	}
	a, err := openApp(e.ctx, cfg, slog.New(slog.NewTextHandler(e.stderr, &slog.HandlerOptions{Level: slog.LevelWarn})), time.Now)
	if err != nil {
		return err
	}
	defer a.close()
	return do(e.ctx, a)
}
