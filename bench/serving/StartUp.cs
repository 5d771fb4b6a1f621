using System.Diagnostics;
using System.Text;
using Assay.TrackingBench;

namespace Assay.ServingBench;

/// <summary><c>assay serve</c> as people start it: how long from the start of its process to its first answer, a small model's.</summary>
internal static class StartUp
{
    private const double BarMilliseconds = 300;
    private const int Times = 11;
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(1);
    private static readonly TimeSpan Look = TimeSpan.FromMilliseconds(2);

    /// <param name="platform">Where the model is.</param>
    /// <param name="token">Of its administrator.</param>
    /// <param name="root">A folder for what is written.</param>
    /// <param name="other">Another program that serves folders, such as the slim server compiled ahead of time, to compare; null for none.</param>
    /// <returns>Whether the bars are reached, by the other program if there is one.</returns>
    public static async Task<bool> Run(Child platform, string token, string root, string? other)
    {
        var (model, rows) = (Platform.Models.Keys.First(), Platform.Models.Values.First());
        var (program, folder) = await ExportFirst(platform, token, root);
        var body = rows.Body(1, seed: 1);
        ServeProgram[] programs = other is null ? [new(program)] : [new(program), new(other)];
        var starts = programs.ToDictionary(each => each, _ => new List<(double Milliseconds, double Processor, double Megabytes)>());
        for (var time = 0; time < Times; time++)
        {
            foreach (var each in programs)
                starts[each].Add(await Start(each, folder, body));
        }

        var median = 0.0;
        foreach (var each in programs)
        {
            median = starts[each].Select(start => start.Milliseconds).Order().ElementAt(Times / 2);
            await Console.Out.WriteLineAsync(
                $"{each.Path}:\nfirst answer of {model} after {median:0} ms (median of {Times}; {starts[each].Min(start => start.Milliseconds):0} to {starts[each].Max(start => start.Milliseconds):0})  bar {BarMilliseconds:0}"
                + $"  processor {starts[each].Average(start => start.Processor):0} ms  memory {starts[each].Average(start => start.Megabytes):0} MB  on disk {each.Megabytes:0} MB  {(median <= BarMilliseconds ? "" : "SHORT")}");
        }

        return (other is null || await ServeProgram.Compare(new(other), new(program), folder)) && median <= BarMilliseconds;
    }

    /// <summary>Writes the platform's first model to a folder, by the program that people start.</summary>
    public static async Task<(string Program, string Folder)> ExportFirst(Child platform, string token, string root)
    {
        var (program, folder) = (BuiltProgram.Find(), Path.Combine(root, "exported"));
        await Export(program, ["model", "export", $"models:/{Platform.Models.Keys.First()}/1", folder, "--server", $"{platform.Address}", "--token", token]);
        return (program, folder);
    }

    private static async Task Export(string program, string[] arguments)
    {
        using var process = Process.Start(new ProcessStartInfo("dotnet", [program, .. arguments]) { RedirectStandardOutput = true })!;
        await process.WaitForExitAsync();
        if (process.ExitCode != 0)
            throw new InvalidOperationException($"'assay {arguments[0]} {arguments[1]}' failed.");
    }

    private static async Task<(double Milliseconds, double Processor, double Megabytes)> Start(ServeProgram program, string folder, byte[] body)
    {
        var port = BuiltProgram.FreePort();
        var (file, arguments) = program.Serving(folder, port);
        var started = Stopwatch.GetTimestamp();
        using var process = Process.Start(new ProcessStartInfo(file, arguments) { RedirectStandardOutput = true })!;
        try
        {
            using var client = new HttpClient();
            while (!await Answers(client, new Uri($"http://127.0.0.1:{port}/predict"), body))
            {
                if (process.HasExited || Stopwatch.GetElapsedTime(started) > Patience)
                    throw new InvalidOperationException($"{program.Path} did not answer at port {port}.");
                await Task.Delay(Look);
            }

            var answered = Stopwatch.GetElapsedTime(started).TotalMilliseconds;
            process.Refresh();
            return (answered, process.TotalProcessorTime.TotalMilliseconds, process.WorkingSet64 / 1e6);
        }
        finally
        {
            process.Kill();
            await process.WaitForExitAsync();
        }
    }

    private static async Task<bool> Answers(HttpClient client, Uri address, byte[] body)
    {
        try
        {
            using var content = new ByteArrayContent(body);
            content.Headers.ContentType = new("application/json");
            using var answer = await client.PostAsync(address, content);
            return answer.IsSuccessStatusCode ? true : throw new InvalidOperationException(Encoding.UTF8.GetString(await answer.Content.ReadAsByteArrayAsync()));
        }
        catch (HttpRequestException)   // not yet
        {
            return false;
        }
    }
}
