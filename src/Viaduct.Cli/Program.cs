return await Viaduct.Cli.CommandLine.RunAsync(args);
