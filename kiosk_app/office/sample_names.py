"""Names as they are in and around Palembang: most have no family name, some have one word, some carry a title of the city."""

MALE = (
    "Ahmad Fauzi", "Muhammad Rizky Ramadhan", "Budi Santoso", "Agus Setiawan", "Hendra Gunawan", "Dedi Kurniawan",
    "Rahmat Hidayat", "Yusuf Nu'man", "Eko Prasetyo", "Andi Saputra", "Irwan Syahputra", "Faisal Akbar", "M. Arief Wibowo",
    "Rudi Hartono", "Zainal Abidin", "Heri Susanto", "Bambang Irawan", "Taufik Hidayatullah", "Novriansyah Putra",
    "Syaiful Anwar", "Doni Firmansyah", "Riki Alamsyah", "Chandra Wijaya", "Ferdinand Sitorus",
)  # fmt: skip
FEMALE = (
    "Siti Aminah", "Dewi Lestari", "Sri Wahyuni", "Nur Hasanah", "Fitri Handayani", "Rina Marlina", "Yuliana Safitri",
    "Maya Sari", "Indah Permata Sari", "Ratna Dewi", "Nurul Aini", "Desi Ratnasari", "Aisyah Putri Zahra", "Lina Kurnia",
    "Eka Puspita", "Melati Rahmadani", "Wulandari Oktaviani", "Khadijah Nabila", "Tri Astuti", "Rosmala Dewi",
    "Evi Susanti", "Mei Ling Tanoto", "Sarah Maharani", "Yanti Maryani",
)  # fmt: skip
SINGLE_MALE = ("Suparman", "Sukarno", "Ngadimin", "Zulkifli", "Paimin", "Romli")
SINGLE_FEMALE = ("Sumiyati", "Ponirah", "Maimunah", "Kartini", "Rohana", "Nurlela")
TITLES_MALE = ("Kgs.", "Mgs.", "Kemas", "Masagus", "R.M.")
TITLES_FEMALE = ("Nyayu", "Msy.", "Masayu", "R.A.")
CHILDREN_MALE = ("Al Fatih Pratama", "Rafa Alfarizi", "Kenzie Ramadhan", "Azka Maulana", "Daffa Pratama")
CHILDREN_FEMALE = ("Kayla Azzahra", "Alya Putri", "Nadhira Shanum", "Zahra Humaira", "Queenzha Adelia")
