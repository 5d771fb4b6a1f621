using Microsoft.EntityFrameworkCore.Migrations;

#nullable disable

namespace Assay.Migrations.Sqlite.Migrations
{
    /// <inheritdoc />
    public partial class Sealing : Migration
    {
        /// <inheritdoc />
        protected override void Up(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.CreateTable(
                name: "tracking_seals",
                columns: table => new
                {
                    run_id = table.Column<string>(type: "TEXT", maxLength: 32, nullable: false),
                    project = table.Column<string>(type: "TEXT", maxLength: 63, nullable: false),
                    digest = table.Column<string>(type: "TEXT", maxLength: 71, nullable: false),
                    sealed_at = table.Column<long>(type: "INTEGER", nullable: false),
                    times = table.Column<int>(type: "INTEGER", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_tracking_seals", x => x.run_id);
                });

            migrationBuilder.CreateTable(
                name: "tracking_unsealed",
                columns: table => new
                {
                    run_key = table.Column<long>(type: "INTEGER", nullable: false),
                    since = table.Column<long>(type: "INTEGER", nullable: false),
                    changes = table.Column<long>(type: "INTEGER", nullable: false),
                    changed_by = table.Column<string>(type: "TEXT", maxLength: 256, nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_tracking_unsealed", x => x.run_key);
                },
                comment: "Kept in the order of its primary key.");

            migrationBuilder.CreateIndex(
                name: "ix_tracking_unsealed_since",
                table: "tracking_unsealed",
                column: "since");
        }

        /// <inheritdoc />
        protected override void Down(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.DropTable(
                name: "tracking_seals");

            migrationBuilder.DropTable(
                name: "tracking_unsealed");
        }
    }
}
