using System.Reflection;
using Assay.Data.Datasets;
using Assay.Learning;

namespace Assay.Pipelines.Steps;

/// <summary>
/// What the command line runs for <c>assay step train --input DIR --output DIR</c>. The parent keeps the child's standard
/// input open for as long as it wants the work done: end-of-file there means that the parent is gone, and the child ends
/// at once. Progress goes to standard output, one JSON object a line; a problem goes to standard error as one sentence.
/// </summary>
public static class StepCommand
{
    /// <summary>Exit status of work that was done.</summary>
    public const int Done = 0;

    /// <summary>Exit status of work that can't be done as asked; the sentence is on standard error.</summary>
    public const int Refused = 2;

    /// <summary>Exit status after end-of-file on standard input.</summary>
    public const int Abandoned = 3;

    /// <summary>Trains from folder to folder.</summary>
    /// <param name="inputFolder">Holds <c>request.json</c> and the files that it names.</param>
    /// <param name="outputFolder">Gets the package and <c>result.json</c>.</param>
    /// <param name="parent">Standard input; watched until it ends.</param>
    /// <param name="progress">Standard output.</param>
    /// <param name="problems">Standard error.</param>
    /// <returns>The process's exit status.</returns>
    public static async Task<int> Train(
        string inputFolder, string outputFolder, Stream parent, TextWriter progress, TextWriter problems)
    {
        using var abandoned = new CancellationTokenSource();
        var work = Task.Run(() => TrainStep.Run(inputFolder, outputFolder, progress, abandoned.Token));
        if (await Task.WhenAny(work, Task.Run(() => End(parent))) != work)
        {
            // Not waited for: a trainer deep in native code sees no token, and nobody wants its result any more.
            await abandoned.CancelAsync();
            return Abandoned;
        }

        try
        {
            await work;
            return Done;
        }
        catch (Exception refusal) when (refusal is TrainingRefusedException or InvalidTableException)
        {
            await problems.WriteLineAsync(refusal.Message);
            return Refused;
        }
    }

    /// <summary>
    /// The command line that runs a step when none is configured: the program that runs this process, which is the
    /// <c>assay</c> command wherever Assay is installed.
    /// </summary>
    internal static IReadOnlyList<string> Own()
    {
        var program = Environment.ProcessPath ?? "dotnet";
        var assembly = Assembly.GetEntryAssembly()?.Location;
        var isHost = Path.GetFileNameWithoutExtension(program).Equals("dotnet", StringComparison.OrdinalIgnoreCase);
        return isHost && assembly is { Length: > 0 } ? [program, assembly] : [program];
    }

    private static async Task End(Stream parent)
    {
        var nothing = new byte[256];
        while (await parent.ReadAsync(nothing) > 0)
        {
        }
    }
}
