package desk

import (
	"fmt"
	"net/http"
	"strings"
	"time"

	"github.com/gin-gonic/gin"

	"qianshao/frontend"
	"qianshao/handlers/budget"
	"qianshao/intake/fault"
)

// tries are how often a network may mistype the password of one login: five at once, then one in three minutes. Counting login and network together
// delays a guesser and never locks the owner out who comes from elsewhere.
var tries = budget.Budget{Name: "signin", Times: 5, Per: 15 * time.Minute}

func (p *Pages) signInPage() frontend.SignIn {
	return frontend.SignIn{Shell: p.Shell("signin.title"), Accounts: p.Demo}
}

func (p *Pages) signIn(c *gin.Context) error { return p.Show(c, http.StatusOK, p.signInPage()) }

// login is POST /desk/login.
func (p *Pages) login(c *gin.Context) error {
	if err := parse(c); err != nil {
		return err
	}
	ctx, f := c.Request.Context(), c.Request.PostForm
	login := f.Get("login")
	who := strings.ToLower(strings.TrimSpace(login)) + " " + string(p.Budgets.Network(c.Request))
	refuse := func(err error) error {
		page := p.signInPage()
		page.Login.Value, page.Error, page.Kept = login, p.told(c, err), kept(f)
		return again{fmt.Errorf("desk: sign in: %w", err), page}
	}
	if ok, wait := p.Budgets.Spend(ctx, tries, who); !ok {
		return refuse(fault.New(fault.Invalid, "signin.slow", int(wait/time.Minute)+1))
	}
	m, err := p.Accounts.Authenticate(ctx, login, f.Get("password"))
	if err != nil {
		return refuse(err)
	}
	p.Budgets.Refill(ctx, tries, who)
	if err := p.Accounts.End(ctx, Token(c)); err != nil {
		return fmt.Errorf("desk: end the session before: %w", err)
	}
	token, err := p.Accounts.Begin(ctx, m)
	if err != nil {
		return err
	}
	setCookie(c, token, 0)
	if f.Get("call") != "" {
		SignedIn(c, m)
		return p.resumeCall(c)
	}
	if id := f.Get("old"); id != "" {
		SignedIn(c, m)
		return p.resumeOld(c, id)
	}
	if id := f.Get("case"); id != "" {
		SignedIn(c, m)
		return p.goOn(c, id)
	}
	c.Redirect(http.StatusSeeOther, "/desk")
	return nil
}

// logout is POST /desk/logout.
func (p *Pages) logout(c *gin.Context) error {
	if err := p.Accounts.End(c.Request.Context(), Token(c)); err != nil {
		return fmt.Errorf("desk: sign out: %w", err)
	}
	setCookie(c, "", -1)
	c.Redirect(http.StatusSeeOther, "/desk/login")
	return nil
}

// setup is GET /desk/setup?t=: the page behind a one-time link. Opening it does not use it up: a chat program may look at links before people do.
func (p *Pages) setup(c *gin.Context) error {
	m, err := p.Accounts.LinkOwner(c.Request.Context(), c.Query("t"))
	if err != nil {
		return err
	}
	return p.Show(c, http.StatusOK, frontend.SetPassword{Shell: p.Shell("setup.title"), T: c.Query("t"), Login: m.Login})
}

// setPassword is POST /desk/setup.
func (p *Pages) setPassword(c *gin.Context) error {
	if err := parse(c); err != nil {
		return err
	}
	ctx, f := c.Request.Context(), c.Request.PostForm
	m, err := p.Accounts.LinkOwner(ctx, f.Get("t"))
	if err != nil {
		return err
	}
	if f.Get("password") != f.Get("again") {
		err = fault.New(fault.Invalid, "signin.password_mismatch")
	} else {
		err = p.Accounts.SetPassword(ctx, f.Get("t"), f.Get("password"))
	}
	if fault.KindOf(err) == fault.Invalid && err != nil {
		page := frontend.SetPassword{Shell: p.Shell("setup.title"), T: f.Get("t"), Login: m.Login, Error: sentence(err)}
		return again{fmt.Errorf("desk: set password: %w", err), page}
	}
	if err != nil {
		return err
	}
	c.Redirect(http.StatusSeeOther, "/desk/login")
	return nil
}
