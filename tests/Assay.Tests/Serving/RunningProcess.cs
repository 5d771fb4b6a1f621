namespace Assay.Tests.Serving;

/// <summary>Whether a process runs, on Linux; one that ended and whose end nobody asked for yet doesn't.</summary>
internal static class RunningProcess
{
    public static bool Is(int id)
    {
        try
        {
            var stat = File.ReadAllText($"/proc/{id}/stat");
            return stat[stat.LastIndexOf(')') + 2] is not ('Z' or 'X');
        }
        catch (IOException)   // also of one that ends while it is read
        {
            return false;
        }
    }
}
