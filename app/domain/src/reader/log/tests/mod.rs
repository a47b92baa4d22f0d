mod dump;
mod samples;
