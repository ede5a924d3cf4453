package main

import (
	"context"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/http"
	"path/filepath"
	"time"

	"golang.org/x/sync/errgroup"

	"qianshao/config"
	"qianshao/frontend"
	"qianshao/handlers"
	"qianshao/handlers/account"
	"qianshao/intake/vault"
	"qianshao/triage/cases"
)

type (
	runCmd    struct{}
	webCmd    struct{}
	workerCmd struct{}
)

func (runCmd) Run(e *env) error    { return serve(e, "run") }
func (webCmd) Run(e *env) error    { return serve(e, "web") }
func (workerCmd) Run(e *env) error { return serve(e, "worker") }

// Time limits of a connection. A photo over a weak network may take minutes, so that bodies have long ones.
const (
	headerTimeout = 10 * time.Second
	bodyTimeout   = 10 * time.Minute
	idleTimeout   = 90 * time.Second
)

// serve runs a process until its context ends: it stops listening, drains the worker, and closes the engines, in this order.
func serve(e *env, role string) error {
	cfg, err := e.load(role)
	if err != nil {
		return err
	}
	log := slog.New(slog.NewTextHandler(e.stderr, &slog.HandlerOptions{Level: cfg.LogLevel}))
	a, err := openApp(e.ctx, cfg, log, time.Now)
	if err != nil {
		return err
	}
	defer a.close()
	if err := a.keepDemoApart(e.ctx); err != nil {
		return err
	}

	a.warnOfCalendar()
	sends := false // the tips of the demonstration
	if cfg.Demo && role != "worker" {
		if sends, err = a.prepareDemo(e.ctx, e.stdout); err != nil {
			return err
		}
	}
	life, end := context.WithCancel(e.ctx)
	defer end()
	group, ctx := errgroup.WithContext(life)
	// The worker outlives the listeners: it drains what they accepted last.
	workCtx, stopWork := context.WithCancel(context.WithoutCancel(ctx))
	defer stopWork()
	if role != "web" {
		group.Go(func() error {
			defer stopWork()
			return a.triage.Run(workCtx, cfg.ShutdownWait)
		})
		group.Go(func() error { a.sweepRewards(ctx); return nil })
		group.Go(func() error { return a.delivery.Run(workCtx) })
	}
	if role == "worker" {
		context.AfterFunc(ctx, stopWork)
	} else {
		err = a.serveWeb(ctx, e, group, stopWork, sends)
	}
	if err == nil {
		err = a.serveOps(ctx, group)
	}
	if err != nil { // what has started already must end too, or Wait would wait for a signal
		end()
		stopWork()
	}
	return errors.Join(err, group.Wait())
}

// warnOfCalendar says when the clocks are about to count by weekdays only, because the State Council's notice is not in the profile yet.
func (a *app) warnOfCalendar() {
	soon := a.now().In(a.profile.Zone).AddDate(0, 2, 0).Year()
	if !a.profile.Calendar.Knows(soon) {
		a.log.Warn("县资料里没有这一年的放假安排，工作日先按星期算；请补上 holidays.csv", "year", soon)
	}
}

// serveWeb prepares the accounts, starts listening and says where; then it sends the tips of a demonstration, if it is to. When ctx ends it stops listening and calls stopped.
func (a *app) serveWeb(ctx context.Context, e *env, group *errgroup.Group, stopped func(), sends bool) error {
	var demo []frontend.DemoAccount
	if a.cfg.Demo {
		var err error
		if demo, err = a.demoAccounts(ctx); err != nil {
			return err
		}
	}
	ln, err := (&net.ListenConfig{}).Listen(ctx, "tcp", a.cfg.Listen)
	if err != nil {
		return fmt.Errorf("QIANSHAO_LISTEN: %w", err)
	}
	if a.cfg.Origin("QIANSHAO_URL") == "default" {
		a.cfg.URL = "http://" + ln.Addr().String() // with port 0 it is known only now
	}
	h, err := a.handler(demo) //nolint:contextcheck // each request brings its own
	if err != nil {
		return errors.Join(err, ln.Close())
	}
	a.serve(ctx, group, ln, h, stopped)
	if err := a.welcome(ctx, e.stdout, demo); err != nil {
		return err
	}
	group.Go(func() error { a.sweepSessions(ctx); return nil })
	if sends {
		group.Go(func() error { return a.demonstrate(ctx, e.stdout) })
	}
	return nil
}

// sweepSessions removes ended sessions every hour. They are refused without it: this only tidies.
func (a *app) sweepSessions(ctx context.Context) {
	tick := time.NewTicker(time.Hour)
	defer tick.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
			if _, err := a.accounts.SweepSessions(ctx); err != nil {
				a.log.ErrorContext(ctx, "sweep sessions", "err", err)
			}
		}
	}
}

// sweepRewards ends what nobody claimed in time. It is refused without it: this notes it.
func (a *app) sweepRewards(ctx context.Context) {
	tick := time.NewTicker(a.cfg.SweepEvery)
	defer tick.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
			if _, err := a.rewards.Sweep(ctx); err != nil && ctx.Err() == nil {
				a.log.ErrorContext(ctx, "sweep rewards", "err", err)
			}
		}
	}
}

// serveOps offers /metrics on a port of its own, which the settings keep on loopback.
func (a *app) serveOps(ctx context.Context, group *errgroup.Group) error {
	if a.cfg.OpsListen == "off" {
		return nil
	}
	ln, err := (&net.ListenConfig{}).Listen(ctx, "tcp", a.cfg.OpsListen)
	if err != nil {
		return fmt.Errorf("QIANSHAO_OPS_LISTEN: %w", err)
	}
	a.serve(ctx, group, ln, handlers.Ops(a.metrics), func() {})
	return nil
}

// serve serves h on ln until ctx ends, then waits for running requests and calls stopped.
func (a *app) serve(ctx context.Context, group *errgroup.Group, ln net.Listener, h http.Handler, stopped func()) {
	srv := &http.Server{
		Handler: h, ReadHeaderTimeout: headerTimeout, ReadTimeout: bodyTimeout, WriteTimeout: bodyTimeout, IdleTimeout: idleTimeout,
		MaxHeaderBytes: 16 << 10,
		// net/http would log the peer's address with a broken connection.
		ErrorLog: slog.NewLogLogger(slog.DiscardHandler, slog.LevelError),
	}
	group.Go(func() error {
		if err := srv.Serve(ln); !errors.Is(err, http.ErrServerClosed) {
			return fmt.Errorf("serve: %w", err)
		}
		return nil
	})
	group.Go(func() error {
		defer stopped()
		<-ctx.Done()
		wait, cancel := context.WithTimeout(context.WithoutCancel(ctx), a.cfg.ShutdownWait)
		defer cancel()
		if err := srv.Shutdown(wait); err != nil {
			return errors.Join(fmt.Errorf("stop listening: %w", err), srv.Close())
		}
		return nil
	})
}

// welcome tells the person at the terminal where everything is, and gives the first administrator a way in.
func (a *app) welcome(ctx context.Context, w io.Writer, demo []frontend.DemoAccount) error {
	fmt.Fprintf(w, "\n前哨开门了。\n  居民页面   %s/\n  工作台     %s/desk\n", a.cfg.URL, a.cfg.URL)
	if demo != nil {
		fmt.Fprintln(w, "\n这是演示，里面的人和事都是编的。演示账号：")
		for _, d := range demo {
			fmt.Fprintf(w, "  %-10s %s   %s\n", d.Login, d.Password, d.What)
		}
		fmt.Fprintln(w)
		return nil
	}
	link, err := a.firstAdmin(ctx)
	if err != nil {
		return err
	}
	if link != "" {
		fmt.Fprintf(w, "\n还没有管理员。请用这个链接给账号 admin 设密码（48 小时内有效，只能用一次）：\n  %s\n", setupLink(a.cfg, link))
	}
	if keys := filepath.Join(a.cfg.Data, "keys"); a.cfg.OfficerRecipient == "" && vault.OfficerKeyStillHere(keys) {
		fmt.Fprintf(w, "\n请把 %s 里的奖励员私钥移到别的地方保管：它在这台机器上，服务器就能看到举报人留的联系方式。\n", keys)
	}
	fmt.Fprintln(w)
	return nil
}

// firstAdmin gives a one-time link as long as the first administrator has set no password; empty afterwards.
func (a *app) firstAdmin(ctx context.Context) (string, error) {
	empty, err := a.accounts.Empty(ctx)
	if err != nil {
		return "", err
	}
	if empty {
		_, link, err := a.accounts.Add(ctx, account.NewStaff{Login: "admin", Name: "管理员", Role: cases.Admin})
		return link, err
	}
	staff, err := a.accounts.List(ctx)
	if err != nil {
		return "", err
	}
	if len(staff) == 1 && staff[0].Login == "admin" && staff[0].Pending() {
		return a.accounts.Reset(ctx, "admin")
	}
	return "", nil
}

// platformKey is the setting's key or the data folder's.
func platformKey(cfg *config.Config, keys string) ([]byte, error) {
	if hexKey := cfg.VaultKey.Reveal(); hexKey != "" {
		return hex.DecodeString(hexKey)
	}
	return vault.LoadOrCreateKey(filepath.Join(keys, "platform.key"))
}
