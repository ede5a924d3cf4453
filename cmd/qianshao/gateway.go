package main

import (
	"context"
	"fmt"
	"text/tabwriter"
	"time"
)

type gatewayCmd struct {
	Add     gatewayAddCmd     `cmd:"" help:"Add a gateway and print its key, once. 加一个平台，密钥只给一次。"`
	List    gatewayListCmd    `cmd:"" help:"List the gateways. 列出平台。"`
	Disable gatewayDisableCmd `cmd:"" help:"End the key of a gateway. 停用密钥。"`
}

type gatewayAddCmd struct {
	ID   string `arg:"" help:"Short id, such as 12345-lvliang."`
	Name string `required:"" help:"Shown name, such as 吕梁市12345."`
}

func (c gatewayAddCmd) Run(e *env) error {
	return withAccounts(e, func(ctx context.Context, a *app) error {
		key, err := a.gateways.Add(ctx, c.ID, c.Name)
		if err != nil {
			return err
		}
		_, err = fmt.Fprintf(e.stdout, "%s 的密钥（只在这里给一次，丢了就停用，换一个代号再加）：\n  %s\n接口说明从这里读起：%s/open311/discovery.json\n", c.Name, key, a.cfg.URL)
		return err
	})
}

type gatewayListCmd struct{}

func (gatewayListCmd) Run(e *env) error {
	return withAccounts(e, func(ctx context.Context, a *app) error {
		all, err := a.gateways.List(ctx)
		if err != nil {
			return err
		}
		w := tabwriter.NewWriter(e.stdout, 0, 0, 2, ' ', 0)
		fmt.Fprintln(w, "ID\tNAME\tADDED\tSTATE")
		for _, g := range all {
			state := "active"
			if g.Disabled {
				state = "disabled"
			}
			fmt.Fprintf(w, "%s\t%s\t%s\t%s\n", g.ID, g.Name, g.Added.In(a.profile.Zone).Format(time.DateOnly), state)
		}
		return w.Flush()
	})
}

type gatewayDisableCmd struct {
	ID string `arg:""`
}

func (c gatewayDisableCmd) Run(e *env) error {
	return withAccounts(e, func(ctx context.Context, a *app) error {
		if err := a.gateways.Disable(ctx, c.ID); err != nil {
			return err
		}
		_, err := fmt.Fprintf(e.stdout, "%s 已停用。\n", c.ID)
		return err
	})
}
