using System.Diagnostics;
using Assay.TrackingBench;

namespace Assay.ServingBench;

/// <summary>The usual service in Python, where this machine has FastAPI, uvicorn and scikit-learn.</summary>
internal static class FastApi
{
    public const string Python = "/usr/bin/python3";

    public const string Missing = "not measured: /usr/bin/python3 has no fastapi, uvicorn or sklearn (Debian: python3-fastapi python3-uvicorn python3-sklearn)";

    public static bool IsHere() => File.Exists(Python) && Run(["-c", "import fastapi, uvicorn, sklearn"]) == 0;

    /// <summary>Fits a model of this kind and serves it with two workers.</summary>
    public static async Task<Child> Start(string kind, string folder)
    {
        var script = Path.Combine(AppContext.BaseDirectory, "peers", "serve.py");
        var model = Path.Combine(folder, $"{kind}.pickle");
        if (Run([script, kind, model]) != 0)
            throw new InvalidOperationException($"{script} could not fit its model.");
        var port = BuiltProgram.FreePort();
        return await Child.Other(
            Python,
            ["-m", "uvicorn", "serve:app", "--app-dir", Path.GetDirectoryName(script)!, "--port", $"{port}", "--workers", "2", "--timeout-keep-alive", "60", "--no-access-log", "--log-level", "error"],
            new Uri($"http://127.0.0.1:{port}/health"),
            ("MODEL", model),
            ("PYTHONDONTWRITEBYTECODE", "1"));
    }

    private static int Run(string[] arguments)
    {
        var start = new ProcessStartInfo(Python, arguments) { RedirectStandardError = true };
        start.Environment["PYTHONDONTWRITEBYTECODE"] = "1";
        using var process = Process.Start(start)!;
        process.StandardError.ReadToEnd();
        process.WaitForExit();
        return process.ExitCode;
    }
}
