//! What strangers and members may send without harm to anybody else. `make attack` runs the large versions.

mod bodies;
mod connections;
mod follow;
mod low;
