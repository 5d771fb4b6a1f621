using Assay.Cli.CommandLine;

return await AssayCommand.Run(args);
