using Assay.Kernel.Permissions;

namespace Assay.Console;

/// <summary>Permissions that the console's pages ask for; what a page shows is asked of the API, with the API's own.</summary>
public static class ConsolePermissions
{
    /// <summary>Open the console at all.</summary>
    public static readonly Permission Read = new("console.read");
}
