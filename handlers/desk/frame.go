package desk

import (
	"time"

	"github.com/gin-gonic/gin"

	"qianshao/frontend"
	"qianshao/handlers/account"
)

// Frame is the frame of a staff page that another room shows, with the rail of who is signed in.
func (p *Pages) Frame(c *gin.Context, title string) (frontend.Shell, error) {
	return p.shell(c, title, "")
}

// Staff is who asks. Only routes with roles in the access table may call it.
func Staff(c *gin.Context) account.Staff { return staff(c) }

// Parse reads a form, or says that it is too large.
func Parse(c *gin.Context) error { return parse(c) }

// Again is an error that brings a page back with what was typed.
func Again(err error, page any) error { return again{err, page} }

// Told is what a person reads about an error.
func (p *Pages) Told(c *gin.Context, err error) string { return p.told(c, err) }

// Day says a day as people say it.
func (p *Pages) Day(t time.Time) string { return p.day(t) }

// Date says a day with its year, as it stands in a document.
func (p *Pages) Date(t time.Time) string { return p.date(t) }
