using System.Runtime.InteropServices;

namespace Assay.Inference.Models;

/// <summary>
/// Official builds of ONNX Runtime tell Microsoft about the machine and the models that they load, unless the process' environment
/// says otherwise before they are loaded. Here nothing leaves that nobody asked for.
/// </summary>
internal static partial class RuntimeTelemetry
{
    private const string Switch = "ORT_DISABLE_TELEMETRY";
    private const string Off = "1";

    /// <summary>Turns it off for the whole process; before the runtime is loaded.</summary>
    public static void TurnOff()
    {
        Environment.SetEnvironmentVariable(Switch, Off);
        if (!OperatingSystem.IsWindows())
            _ = SetInProcess(Switch, Off, 1);   // what .NET sets there, it sets for itself and its child processes alone
    }

    [LibraryImport("libc", EntryPoint = "setenv", StringMarshalling = StringMarshalling.Utf8)]
    private static partial int SetInProcess(string name, string value, int overwrite);
}
