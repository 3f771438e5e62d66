//! Accounts, users, groups, modules, devices, cards, workflows, activity, export.
