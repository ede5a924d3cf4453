package reward

import "context"

// Take is the first half of a payment, for a test that a process dies in the middle.
func (s *Service) Take(ctx context.Context, a Award, year int) error {
	a.Year = year
	return s.take(ctx, &a)
}
