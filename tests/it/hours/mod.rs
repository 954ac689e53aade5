//! When the service is open: the calendar, the gate by the clock, times out of service.

mod calendar;
mod command;
mod gate;
mod maintenance;
mod ways;
