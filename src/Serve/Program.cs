using System.CommandLine;
using Assay.Inference.Models;

namespace Assay.Serve;

/// <summary>
/// The slim server as a program of its own: <c>assay serve</c> for folders and registries of OCI. It is what is compiled
/// ahead of time where a start must take no time; whoever has <c>assay</c> does without.
/// </summary>
internal static class Program
{
    private static readonly Option<bool> Json = new("--json") { Description = "Write one JSON document to standard output" };

    private static async Task<int> Main(string[] args)
    {
        var command = new RootCommand("Serves verified models, with POST /predict, until Ctrl-C") { Json };
        ServeArguments.AddTo(command);
        command.SetAction((parsed, cancel) => ServeArguments.Run(parsed, (key, plainHttp) => new ServeSources(key, plainHttp), parsed.GetValue(Json), cancel));
        var configuration = new InvocationConfiguration
        {
            EnableDefaultExceptionHandler = false,
            ProcessTerminationTimeout = TimeSpan.FromSeconds(20),   // to finish what it has begun
        };
        try
        {
            return await command.Parse(args, new ParserConfiguration { ResponseFileTokenReplacer = null }).InvokeAsync(configuration);
        }
        catch (OperationCanceledException)
        {
            return 130;
        }
        catch (Exception problem) when (problem is InvalidModelException or InvalidDataException or IOException or UnauthorizedAccessException)
        {
            await configuration.Error.WriteLineAsync($"assay: {problem.Message}");
            return 1;
        }
    }
}
