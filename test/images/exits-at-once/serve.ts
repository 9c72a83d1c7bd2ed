// A container that cannot start: says so in three lines and ends.
process.stderr.write('loading the model\nthe weights are not where they should be\ngiving up\n');
process.exitCode = 1;
