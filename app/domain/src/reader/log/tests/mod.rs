mod samples;
mod dump;
