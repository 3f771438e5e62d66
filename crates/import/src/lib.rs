//! Understand, check, plan, apply and undo an import of people.
