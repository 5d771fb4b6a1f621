using System.Data.Common;

namespace Assay.Kernel.Databases;

/// <summary>Tells a database that does not answer from what is wrong with a question.</summary>
public static class DatabaseTrouble
{
    /// <summary>Whether it is away for a while, so that the same may do in a moment: the driver says so, inside whatever wraps its word.</summary>
    public static bool IsAway(Exception problem)
    {
        for (var cause = problem; cause is not null; cause = cause.InnerException)
        {
            if (cause is DbException { IsTransient: true })
                return true;
        }

        return false;
    }
}
