using System.CommandLine;
using Assay.Cli.CommandLine;
using Assay.Cli.Connections;
using Assay.Cli.Output;
using Spectre.Console;

namespace Assay.Cli.Verbs.Models;

/// <summary><c>assay model register</c>.</summary>
internal static class RegisterModel
{
    private static readonly Argument<string> Model = new("model") { Description = "Name of the model whose next version the file becomes", HelpName = "MODEL" };

    private static readonly Argument<FileInfo> Onnx = new("file") { Description = "ONNX graph with its weights in it", HelpName = "FILE.onnx" };

    public static Command Create()
    {
        var verb = new Verb(
            "register",
            "Registers an ONNX file as a version, which is scanned, signed and deployed like any other",
            "assay model register churn-net model.onnx",
            "assay model register churn-net model.onnx --json").Connected();
        verb.Add(Model);
        verb.Add(Onnx);
        verb.SetAction(Session.Running(Handle));
        return verb;
    }

    private static async Task<int> Handle(Session session, CancellationToken cancel)
    {
        var file = session.Parsed.GetRequiredValue(Onnx);
        if (!file.Exists)
            throw new CommandException($"There is no file {file.FullName}.");
        await using var content = file.OpenRead();
        var made = await session.Client.Models.RegisterOnnx(session.Parsed.GetRequiredValue(Model), content, cancel);
        session.Write(made, static version => Screen.Out.MarkupLine(
            $"[green]✓[/] {Markup.Escape(version.Version.Model)} version {version.Version.Version} is the file. [grey]{version.Version.Digest}[/]"));
        return 0;
    }
}
